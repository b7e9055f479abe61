#include "aura/dsp/log_mel.h"

#include <Eigen/Core>
#include <algorithm>
#include <cassert>
#include <numbers>

namespace aura::dsp {
namespace {

constexpr double kLeastPower = 1e-10;
constexpr float kRangeDb = 80;
constexpr std::size_t kFramesPerBlock = 256;

}  // namespace

LogMelSpectrogram::LogMelSpectrogram(std::size_t bands) : bands_(bands) {
  block_.reserve(kFramesPerBlock * bands);
}

void LogMelSpectrogram::push(std::span<const double> mel_power) {
  assert(mel_power.size() == bands_);
  if (block_.size() == kFramesPerBlock * bands_) {
    const auto bytes = std::as_bytes(std::span(block_));
    spool_.append({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    block_.clear();
  }
  const auto size = static_cast<Eigen::Index>(bands_);
  const Eigen::Map<const Eigen::ArrayXd> power(mel_power.data(), size);
  block_.resize(block_.size() + bands_);
  Eigen::Map<Eigen::ArrayXf> db(block_.data() + block_.size() - bands_, size);
  db = (power.max(kLeastPower).log() * (10 / std::numbers::ln10)).cast<float>();
  loudest_db_ = std::max(loudest_db_, db.maxCoeff());
  ++frames_;
}

void LogMelSpectrogram::for_each_frame_db(
    const std::function<void(std::span<const float>)>& visit) const {
  const auto visit_block = [&](std::span<const float> block) {
    for (; !block.empty(); block = block.subspan(bands_)) visit(block.first(bands_));
  };
  std::vector<float> block(kFramesPerBlock * bands_);
  const std::span bytes(reinterpret_cast<std::uint8_t*>(block.data()),
                        block.size() * sizeof(float));
  for (std::uint64_t at = 0; at < spool_.size(); at += bytes.size()) {
    spool_.read(at, bytes);
    visit_block(block);
  }
  visit_block(block_);
}

float LogMelSpectrogram::floor_db() const noexcept {
  assert(frames_ > 0);
  return loudest_db_ - kRangeDb;
}

}  // namespace aura::dsp
