#include "aura/dsp/beat_curves.h"

#include <algorithm>
#include <vector>

namespace aura::dsp {
namespace {

/// A single stroke weighs no more than this.
constexpr float kMostOnset = 6;
/// Frames over which levels before and after a frame are compared.
constexpr Eigen::Index kLevelReach = 4;
/// In dB: a rise of this weighs as much as a standard deviation of the onsets.
constexpr float kRiseUnit = 10;

constexpr auto kRows = static_cast<Eigen::Index>(kBeatCurves);

Eigen::Map<const Eigen::ArrayXf> mapped(const std::vector<float>& curve) {
  return {curve.data(), static_cast<Eigen::Index>(curve.size())};
}

/// How much louder the frames after each frame are than the frames before.
Eigen::ArrayXf rises(const std::vector<float>& levels) {
  const auto level = mapped(levels);
  const auto frames = level.size();
  Eigen::ArrayXf rise = Eigen::ArrayXf::Zero(frames);
  for (Eigen::Index off = 1; off <= std::min(kLevelReach, frames - 1); ++off) {
    rise.head(frames - off) += level.tail(frames - off);
    rise.tail(frames - off) -= level.head(frames - off);
  }
  return rise / (static_cast<float>(kLevelReach) * kRiseUnit);
}

}  // namespace

BeatCurves beat_curves(const OnsetCurves& curves) {
  const auto frames = static_cast<Eigen::Index>(curves.low.size());
  BeatCurves all(kRows, frames);
  Eigen::Index row = 0;
  for (const auto* curve : {&curves.low, &curves.mid, &curves.high, &curves.chords})
    all.row(row++) = mapped(*curve).min(kMostOnset);
  for (const auto& accents : curves.accents) all.row(row++) = mapped(accents).min(kMostOnset);
  for (const auto& levels : curves.levels) all.row(row++) = rises(levels);
  BeatCurves smooth = all;
  for (Eigen::Index t = 1; t + 1 < frames; ++t)
    smooth.col(t) = 0.25F * all.col(t - 1) + 0.5F * all.col(t) + 0.25F * all.col(t + 1);
  return smooth;
}

Eigen::Array<float, kRows, 1> at_place(const BeatCurves& curves, double frame) {
  const double at = std::clamp(frame, 0.0, static_cast<double>(curves.cols()) - 1.001);
  const auto below = static_cast<Eigen::Index>(at);
  const auto part = static_cast<float>(at - static_cast<double>(below));
  return curves.col(below) * (1 - part) + curves.col(below + 1) * part;
}

}  // namespace aura::dsp
