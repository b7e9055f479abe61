#include "aura/analysis/measure.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "aura/analysis/step.h"
#include "aura/base/error.h"
#include "aura/dsp/chroma.h"
#include "aura/dsp/danceability.h"
#include "aura/dsp/dynamics.h"
#include "aura/dsp/key.h"
#include "number_rules.h"

namespace aura::analysis {
namespace {

using Clock = std::chrono::steady_clock;

Tonal tonal_of(const dsp::Chroma& chroma) {
  // Each by its more usual name.
  constexpr std::array<const char*, dsp::kPitchClasses> kNames{"C",  "C#", "D",  "Eb", "E",  "F",
                                                               "F#", "G",  "Ab", "A",  "Bb", "B"};
  const auto key = dsp::estimate_key(chroma);
  if (key.confidence == 0) return {};
  return {kNames.at(key.tonic), key.minor ? "minor" : "major", key.confidence};
}

/// Everything that measures samples as they arrive.
struct Meters {
  explicit Meters(int sample_rate_hz) : extractor(sample_rate_hz) {}

  void push(std::span<const float> block) {
    extractor.push(block);
    chroma.push(block);
    dance.push(block);
    dynamics.push(block);
  }

  FeatureExtractor extractor;
  dsp::ChromaExtractor chroma;
  dsp::DanceabilityMeter dance;
  dsp::DynamicsMeter dynamics;
};

/// Measures the music, as opposed to its sound.
void measure_music(Measurements& measurements, ExtractedFeatures&& extracted, Meters& meters,
                   const std::stop_token& stop) {
  const auto found = std::move(extracted).rhythm(stop);
  measurements.rhythm = found.rhythm();
  measurements.pictures = found.pictures(stop);
  measurements.tonal = tonal_of(meters.chroma.chroma());
  measurements.core.danceability = std::min(meters.dance.danceability(), kMaxDanceability);
}

void measure_first_channel(Measurements& measurements, const Spool& file,
                           const audio::Decoder& decoder, audio::DecodeLimits limits,
                           const std::stop_token& stop) {
  limits.first_channel_alone = true;
  Meters meters(limits.sample_rate_hz);
  decoder.decode(
      file, limits, [&](std::span<const float> block) { meters.push(block); }, stop);
  auto extracted = std::move(meters.extractor).finish({}, stop);
  measure_music(measurements, std::move(extracted), meters, stop);
}

/// A decoder that has lost its way gives noise far above full scale.
void check_level(const Core& core) {
  if (core.features.rms_mean <= kMaxRms &&
      core.loudness.true_peak_dbtp.value_or(0) <= kMaxTruePeakDbtp)
    return;
  throw JobError("bad_samples",
                 "the sound in this file is far louder than any can be: it is damaged, export the "
                 "track again and upload it",
                 Retry::kNo);
}

}  // namespace

bool is_silent(const Core& core) noexcept {
  return core.features.rms_mean < kSilentRms;
}

bool channels_cancel(const Core& core) noexcept {
  // No loudness is stated below the gate of -70 LUFS.
  return is_silent(core) && core.loudness.integrated_lufs.has_value();
}

Measured measure(const Spool& file, const audio::Decoder& decoder,
                 const audio::DecodeLimits& limits, const OnProgress& on_step,
                 const std::stop_token& stop) {
  const auto reached = [&](int percent) {
    if (on_step) on_step(percent);
  };
  Measured measured;
  auto& measurements = measured.measurements;
  auto& core = measurements.core;
  auto& times = measured.times;
  const auto begun = Clock::now();

  Meters meters(limits.sample_rate_hz);
  std::uint64_t samples = 0;
  auto [warnings, loudness] = decoder.decode(
      file, limits,
      [&](std::span<const float> block) {
        const auto block_begun = Clock::now();
        meters.push(block);
        samples += block.size();
        times.features += Clock::now() - block_begun;
      },
      stop);
  core.warnings = std::move(warnings);
  core.loudness = loudness;
  core.duration_s = static_cast<double>(samples) / limits.sample_rate_hz;
  const auto decoded = Clock::now();
  times.decode = decoded - begun - times.features;
  reached(step::kDecoded);

  auto extracted = std::move(meters.extractor).finish(reached, stop);
  core.features = extracted.features();
  check_level(core);
  core.dynamic_complexity_db = meters.dynamics.complexity();
  if (channels_cancel(core)) {
    measure_first_channel(measurements, file, decoder, limits, stop);
  } else {
    measure_music(measurements, std::move(extracted), meters, stop);
    if (is_silent(core)) {  // only the last bits move, which is no music
      measurements.rhythm = {};
      measurements.tonal = {};
      core.danceability = 0;
    }
  }
  times.features += Clock::now() - decoded;
  return measured;
}

}  // namespace aura::analysis
