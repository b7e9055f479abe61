#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "aura/models/lanes.h"

namespace aura::models {

/// Resamples mono samples from 22,050 to 16,000 Hz, in a stream. Output i lies at input position
/// 441 i / 320, without delay; n samples give as many outputs as lie before the end. Each is a sum
/// over 192 samples weighted by a sinc with a Kaiser window: flat up to 7.3 kHz, 80 dB down from
/// 8 kHz on, as with soxr. A change of these numbers changes tags and embeddings: it needs a new
/// version of both.
///
/// Not thread-safe.
class Resampler {
 public:
  static constexpr int kFromHz = 22'050;
  static constexpr int kToHz = 16'000;

  /// This machine must be able to run `lanes`. The caller keeps it alive.
  explicit Resampler(const Lanes& lanes = fastest_lanes());

  /// Takes the next samples. Appends to `output` what they complete.
  void push(std::span<const float> samples, std::vector<float>& output);
  /// Ends the stream: appends the remaining outputs, as if zeros followed. Push nothing afterwards.
  void finish(std::vector<float>& output);

 private:
  void resample(std::size_t count, std::vector<float>& output);

  const Lanes& lanes_;
  std::vector<float> samples_;  // those that the next outputs need
  std::size_t position_ = 0;    // of the next output's first tap in samples_, in 320ths
};

}  // namespace aura::models
