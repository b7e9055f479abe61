#include "spectrum_meter.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "aura/dsp/framing.h"

namespace aura::analysis {

SpectrumMeter::SpectrumMeter(int sample_rate_hz)
    : bin_hz_(sample_rate_hz / static_cast<double>(dsp::kFftSize)),
      power_(Eigen::VectorXd::Zero(dsp::kFftSize / 2 + 1)) {}

void SpectrumMeter::add(const dsp::FrameGroup& group) {
  const auto frames = static_cast<Eigen::Index>(group.frames);
  const auto lanes = static_cast<Eigen::Index>(group.lanes);
  // A column is a bin.
  const Eigen::Map<const Eigen::MatrixXf> power(group.power.data(), lanes, power_.size());
  const Eigen::Map<const Eigen::ArrayXf> doublings(group.doublings.data(), lanes);
  const Eigen::VectorXd scale =
      (doublings.head(frames).cast<double>() * std::numbers::ln2).exp().matrix();
  power_.noalias() += power.topRows(frames).transpose().cast<double>() * scale;
}

Spectrum SpectrumMeter::spectrum() const {
  auto spectrum = Spectrum::silence();
  const double all = power_.sum();
  if (all <= 0) return spectrum;
  // A bin reaches half its width to either side. Those on an edge belong to two octaves.
  const auto power_below = [&](double hz) {
    const double edge = std::min(hz / bin_hz_ + 0.5, static_cast<double>(power_.size() - 1));
    const double whole = std::floor(edge);
    const auto bins = static_cast<Eigen::Index>(whole);
    return power_.head(bins).sum() + (edge - whole) * power_(bins);
  };
  double below = 0;
  for (std::size_t i = 0; i < kOctaves; ++i) {
    const bool is_last = i + 1 == kOctaves;
    const double upto = is_last ? all : power_below(octave_centre_hz(i) * std::numbers::sqrt2);
    const double share = (upto - below) / all;
    below = upto;
    if (share > 0) spectrum.octaves_db.at(i) = std::max(10 * std::log10(share), Spectrum::kFloorDb);
  }
  return spectrum;
}

}  // namespace aura::analysis
