#include "aura/audio/decode.h"

#include <utility>

#include "decoder.h"

namespace aura::audio {

Audio decode(std::span<const std::uint8_t> file_bytes, const DecodeLimits& limits,
             std::stop_token stop) {
  Audio audio;
  audio.sample_rate_hz = limits.sample_rate_hz;
  const auto keep = [&](std::span<const float> block) {
    audio.samples.insert(audio.samples.end(), block.begin(), block.end());
  };
  audio.warnings = decode_blocks(file_bytes, limits, keep, std::move(stop));
  return audio;
}

}  // namespace aura::audio
