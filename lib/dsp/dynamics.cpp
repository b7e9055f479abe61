#include "aura/dsp/dynamics.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "aura/dsp/framing.h"
#include "fill_blocks.h"

namespace aura::dsp {
namespace {

/// A level each 0.2 s, to 6 samples.
constexpr std::size_t kPartsALevel = 23;
constexpr double kSmoothingS = 0.035;
/// Of the first-order high-pass; 0.9719 at 44,100 Hz.
constexpr double kPole = 0.9719 * 0.9719;
constexpr double kSilenceDb = -90;
/// What a dB more weighs, in the track's level.
constexpr double kWeightADb = 1 / 0.9;

/// Column by column, what comes of a single 1. The state is the input before and what came of it.
BlockFilter make_high_pass() {
  constexpr std::size_t kSamples = BlockFilter::kSamples;
  constexpr double kGain = (1 + kPole) / 2;
  BlockFilter filter{};
  for (std::size_t column = 0; column < kSamples + 2; ++column) {
    std::array<double, BlockFilter::kRows> rows{};
    rows.at(column) = 1;
    double before = rows[kSamples];
    double passed = rows[kSamples + 1];
    for (std::size_t n = 0; n < kSamples; ++n) {
      const double sample = rows.at(n);
      passed = kGain * (sample - before) + kPole * passed;
      before = sample;
      rows.at(n) = passed;
    }
    rows[kSamples] = before;
    rows[kSamples + 1] = passed;
    std::copy(rows.begin(), rows.end(), filter.columns[column]);
  }
  return filter;
}

}  // namespace

DynamicsMeter::DynamicsMeter(const Lanes& lanes) : lanes_(lanes), high_pass_(make_high_pass()) {}

void DynamicsMeter::push(std::span<const float> samples) {
  fill_blocks(samples, part_, filled_, [this] { end_part(); });
}

void DynamicsMeter::end_part() {
  filled_ = 0;
  signal_.samples = part_.data();
  lanes_.filtered_energies(high_pass_, kPart / BlockFilter::kSamples, &signal_, 1);
  // The smoothing of a sample each, in one step: within a part its weights differ by little.
  const double kept = std::exp(-static_cast<double>(kPart) / (kSmoothingS * kSampleRateHz));
  power_ = kept * power_ + (1 - kept) * signal_.energy / static_cast<double>(kPart);
  if (++parts_ < kPartsALevel) return;
  parts_ = 0;
  levels_db_.push_back(static_cast<float>(std::max(10 * std::log10(power_ + 1e-30), kSilenceDb)));
}

double DynamicsMeter::complexity() const {
  const auto heard = [](float level_db) { return level_db > static_cast<float>(kSilenceDb); };
  const auto begin = std::find_if(levels_db_.begin(), levels_db_.end(), heard);
  const auto end = std::find_if(levels_db_.rbegin(), levels_db_.rend(), heard).base();
  if (begin >= end) return 0;
  double weights = 0;
  double level = 0;
  for (auto at = begin; at != end; ++at) {
    const double weight = std::pow(kWeightADb, *at);
    weights += weight;
    level += weight * *at;
  }
  level /= weights;
  double distance = 0;
  for (auto at = begin; at != end; ++at) distance += std::abs(*at - level);
  return distance / static_cast<double>(end - begin);
}

}  // namespace aura::dsp
