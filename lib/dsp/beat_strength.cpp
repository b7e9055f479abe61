#include "aura/dsp/beat_strength.h"

#include <Eigen/Core>
#include <array>
#include <cassert>
#include <cmath>

#include "aura/base/error.h"
#include "beat_weights.h"

namespace aura::dsp {
namespace {

/// Where the curves are read, in beats: halves, thirds and quarters of a beat either way.
constexpr std::array<double, kBeatOffsets> kOffsets{
    -1,      -3.0 / 4, -2.0 / 3, -1.0 / 2, -1.0 / 3, -1.0 / 4, -1.0 / 6, 0,
    1.0 / 6, 1.0 / 4,  1.0 / 3,  1.0 / 2,  2.0 / 3,  3.0 / 4,  1};
constexpr auto kRows = static_cast<Eigen::Index>(kBeatCurves);

}  // namespace

std::vector<float> beat_strength(const BeatCurves& curves, std::span<const double> periods,
                                 const std::stop_token& stop) {
  const auto frames = static_cast<Eigen::Index>(periods.size());
  assert(curves.cols() == frames);
  std::vector<float> strength(periods.size(), static_cast<float>(kBeatBias));
  if (frames < 2) return strength;
  constexpr auto kColumns = static_cast<Eigen::Index>(kBeatOffsets);
  const Eigen::Array<float, kRows, kColumns> weights =
      Eigen::Map<const Eigen::Array<double, kRows, kColumns>>(kBeatWeights.data()).cast<float>();
  for (std::size_t t = 0; t < periods.size(); ++t) {
    if (t % 1024 == 0 && stop.stop_requested()) throw Stopped();
    Eigen::Array<float, kRows, 1> sum = Eigen::Array<float, kRows, 1>::Zero();
    for (std::size_t k = 0; k < kBeatOffsets; ++k) {
      sum += weights.col(static_cast<Eigen::Index>(k)) *
             at_place(curves, static_cast<double>(t) + kOffsets[k] * periods[t]);
    }
    strength[t] += sum.sum();
  }
  return strength;
}

}  // namespace aura::dsp
