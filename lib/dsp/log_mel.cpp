#include "aura/dsp/log_mel.h"

#include <Eigen/Core>
#include <algorithm>
#include <cassert>
#include <numbers>

namespace aura::dsp {
namespace {

constexpr double kLeastPower = 1e-10;
constexpr float kRangeDb = 80;
constexpr std::size_t kFramesPerBlock = 1024;

}  // namespace

void LogMelSpectrogram::push(std::span<const double> mel_power) {
  assert(mel_power.size() == bands_);
  if (frames_ % kFramesPerBlock == 0) blocks_.emplace_back(kFramesPerBlock * bands_);
  const auto size = static_cast<Eigen::Index>(bands_);
  const Eigen::Map<const Eigen::ArrayXd> power(mel_power.data(), size);
  Eigen::Map<Eigen::ArrayXf> db(
      blocks_.back().data() + static_cast<std::ptrdiff_t>(frames_ % kFramesPerBlock * bands_),
      size);
  db = (power.max(kLeastPower).log() * (10 / std::numbers::ln10)).cast<float>();
  loudest_db_ = std::max(loudest_db_, db.maxCoeff());
  ++frames_;
}

std::span<const float> LogMelSpectrogram::frame_db(std::size_t frame) const noexcept {
  assert(frame < frames_);
  return std::span(blocks_[frame / kFramesPerBlock])
      .subspan(frame % kFramesPerBlock * bands_, bands_);
}

float LogMelSpectrogram::floor_db() const noexcept {
  assert(frames_ > 0);
  return loudest_db_ - kRangeDb;
}

}  // namespace aura::dsp
