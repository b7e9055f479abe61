#include "aura/dsp/key.h"

#include <algorithm>
#include <cmath>

#include "key_profiles.h"

namespace aura::dsp {
namespace {

static_assert(kKeyVersion == 1, "estimate_key() reads profiles of version 1");

/// Scaled to a length of 1, about its mean, so that only its shape counts.
Chroma shape_of(const Chroma& chroma) noexcept {
  double squares = 0;
  double sum = 0;
  for (const double value : chroma) {
    squares += value * value;
    sum += value;
  }
  Chroma shape{};
  if (squares <= 0) return shape;
  const double length = std::sqrt(squares);
  for (std::size_t i = 0; i < kPitchClasses; ++i) {
    shape[i] = (chroma[i] - sum / kPitchClasses) / length;
  }
  return shape;
}

double fit(const Chroma& shape, const Chroma& profile, std::size_t tonic) noexcept {
  double sum = 0;
  for (std::size_t i = 0; i < kPitchClasses; ++i) {
    sum += profile[i] * shape[(tonic + i) % kPitchClasses];
  }
  return sum;
}

}  // namespace

Key estimate_key(const Chroma& chroma) noexcept {
  const Chroma shape = shape_of(chroma);
  if (std::all_of(shape.begin(), shape.end(), [](double value) { return value == 0; })) return {};
  std::array<double, 2 * kPitchClasses> scores;
  for (std::size_t tonic = 0; tonic < kPitchClasses; ++tonic) {
    scores[tonic] = fit(shape, kMajorProfile, tonic);
    scores[kPitchClasses + tonic] = fit(shape, kMinorProfile, tonic) + kMinorBias;
  }
  const auto* const best = std::max_element(scores.begin(), scores.end());
  double total = 0;
  for (const double score : scores) total += std::exp(score - *best);
  const auto index = static_cast<std::size_t>(best - scores.begin());
  return {index % kPitchClasses, index >= kPitchClasses, 1 / total};
}

}  // namespace aura::dsp
