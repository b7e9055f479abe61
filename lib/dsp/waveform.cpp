#include "aura/dsp/waveform.h"

#include <Eigen/Core>
#include <algorithm>

namespace aura::dsp {
namespace {

SampleRange merged(const SampleRange& a, const SampleRange& b) noexcept {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

}  // namespace

void Waveform::push(std::span<const float> samples) {
  while (!samples.empty()) {
    const auto head = samples.first(static_cast<std::size_t>(
        std::min<std::uint64_t>(samples.size(), samples_per_range_ - filled_)));
    const Eigen::Map<const Eigen::ArrayXf> values(head.data(),
                                                  static_cast<Eigen::Index>(head.size()));
    const SampleRange range{values.minCoeff(), values.maxCoeff()};
    last_ = filled_ == 0 ? range : merged(last_, range);
    filled_ += head.size();
    if (filled_ == samples_per_range_) end_range();
    samples = samples.subspan(head.size());
  }
}

void Waveform::end_range() {
  ranges_.push_back(last_);
  filled_ = 0;
  if (ranges_.size() < kMostRanges) return;
  for (std::size_t i = 0; i < kMostRanges / 2; ++i)
    ranges_[i] = merged(ranges_[2 * i], ranges_[2 * i + 1]);
  ranges_.resize(kMostRanges / 2);
  samples_per_range_ *= 2;
}

std::uint64_t Waveform::samples() const noexcept {
  return ranges_.size() * samples_per_range_ + filled_;
}

std::vector<SampleRange> Waveform::columns(std::size_t most) const {
  auto ranges = ranges_;
  if (filled_ > 0) ranges.push_back(last_);
  std::vector<SampleRange> columns(std::min(most, ranges.size()));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto begin = samples() * i / columns.size() / samples_per_range_;
    const auto end = samples() * (i + 1) / columns.size();  // of the samples
    columns[i] = ranges[begin];
    for (auto at = begin + 1; at * samples_per_range_ < end; ++at)
      columns[i] = merged(columns[i], ranges[at]);
  }
  return columns;
}

}  // namespace aura::dsp
