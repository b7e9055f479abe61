// Whatever a file holds: it is decoded to finite samples, no more than allowed, or refused with an
// error about the file. A file with an odd number of bytes is decoded to interleaved samples.

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "aura/audio/decode.h"
#include "aura/base/error.h"
#include "aura/base/spool.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// A file that decodes to minutes is refused after the first, so that no input takes long.
constexpr aura::audio::DecodeLimits kLimits{.min_duration = std::chrono::milliseconds(1),
                                            .max_duration = std::chrono::minutes(1)};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  aura::Spool file;
  file.append({data, size});
  constexpr aura::audio::SoundFormat kWanted{.sample_rate_hz = kLimits.sample_rate_hz,
                                             .channels = 2};
  const bool is_interleaved = size % 2 == 1;
  const std::uint64_t max_samples =
      60 * static_cast<std::uint64_t>(kLimits.sample_rate_hz) *
      static_cast<std::uint64_t>(kLimits.max_duration.count()) *
      static_cast<std::uint64_t>(is_interleaved ? kWanted.channels : 1);
  std::uint64_t samples = 0;
  const auto check = [&](std::span<const float> block) {
    samples += block.size();
    require(!block.empty() && samples <= max_samples);
    for (const float sample : block) require(std::isfinite(sample));
  };
  try {
    const auto decoded =
        is_interleaved
            ? aura::audio::decode_interleaved(
                  file, kLimits, kWanted, [&](const auto& /*format*/, auto block) { check(block); })
            : aura::audio::decode(file, kLimits, check);
    for (const auto& level : {decoded.loudness.integrated_lufs, decoded.loudness.range_lu,
                              decoded.loudness.true_peak_dbtp}) {
      require(!level || std::isfinite(*level));
    }
    for (const auto& warning : decoded.warnings) {
      require(!warning.empty() && warning.find('\n') == std::string::npos);
    }
    require(samples > 0);
  } catch (const aura::JobError& error) {
    require(!error.retryable() && !error.code().empty());
  } catch (const std::bad_alloc&) {
    // The sandbox, which bounds memory as a whole, makes an error of it.
  }
  return 0;
}
