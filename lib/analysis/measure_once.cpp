#include "aura/analysis/measure_once.h"

#include <chrono>
#include <utility>

#include "aura/analysis/stored.h"
#include "aura/audio/decode.h"

namespace aura::analysis {
namespace {

using Seconds = std::chrono::duration<double>;

/// Whether all that the limits change is which tracks are accepted.
bool has_usual_samples(const audio::DecodeLimits& limits) {
  return limits.sample_rate_hz == dsp::kSampleRateHz && !limits.first_channel_alone;
}

}  // namespace

MeasuredOnce measure_once(const Spool& file, const audio::Decoder& decoder,
                          const audio::DecodeLimits& limits, MeasurementCache& cache,
                          const OnProgress& on_step, const std::stop_token& stop) {
  if (!has_usual_samples(limits))
    return {.measurements = measure(file, decoder, limits, on_step, stop).measurements};
  const auto sha256 = content_sha256(file);
  auto found = cache.find(sha256);
  // Tracks that are too short go on to the decoder, which refuses them quickly.
  if (found && Seconds(found->core.duration_s) >= limits.min_duration) {
    if (Seconds(found->core.duration_s) > limits.max_duration) audio::refuse_too_long(limits);
    return {.measurements = std::move(*found), .is_hit = true};
  }
  MeasuredOnce measured{.measurements = measure(file, decoder, limits, on_step, stop).measurements};
  // Somebody may have written to the file meanwhile.
  if (content_sha256(file) == sha256)
    measured.is_unwritable = !cache.store(sha256, measured.measurements);
  return measured;
}

}  // namespace aura::analysis
