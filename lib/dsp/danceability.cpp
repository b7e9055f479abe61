#include "aura/dsp/danceability.h"

#include <algorithm>
#include <cmath>

namespace aura::dsp {
namespace {

constexpr std::size_t kBlock = 220;  // 10 ms
constexpr double kShortestBlocks = 31;
constexpr double kLongestBlocks = 880;
constexpr double kStep = 1.1;
/// Segments start a fiftieth of their length apart.
constexpr std::size_t kStarts = 50;
/// Of the exponent's abscissa, as Essentia has it.
constexpr double kLengthOffset = 3;

/// What lines through segments of a curve leave of it.
class Residues {
 public:
  explicit Residues(std::span<const double> curve)
      : sums_(curve.size() + 1), squares_(curve.size() + 1), moments_(curve.size() + 1) {
    for (std::size_t i = 0; i < curve.size(); ++i) {
      sums_[i + 1] = sums_[i] + curve[i];
      squares_[i + 1] = squares_[i] + curve[i] * curve[i];
      moments_[i + 1] = moments_[i] + curve[i] * static_cast<double>(i);
    }
  }

  /// The mean square distance of `length` values from `begin` on to their line of least squares.
  double mean_square(std::size_t begin, std::size_t length) const {
    const std::size_t end = begin + length;
    const auto count = static_cast<double>(length);
    const double sum = sums_[end] - sums_[begin];
    const double squares = squares_[end] - squares_[begin];
    const double moment = moments_[end] - moments_[begin] - static_cast<double>(begin) * sum;
    const double covariance = moment - (count - 1) / 2 * sum;
    const double spread = count * (count * count - 1) / 12;
    return std::max((squares - sum * sum / count - covariance * covariance / spread) / count, 0.0);
  }

 private:
  std::vector<double> sums_;
  std::vector<double> squares_;
  std::vector<double> moments_;
};

/// The root of the mean over all segments of a length.
double fluctuation(const Residues& residues, std::size_t size, std::size_t length) {
  if (size <= length) return 0;
  const std::size_t step = std::max<std::size_t>(length / kStarts, 1);
  double sum = 0;
  std::size_t segments = 0;
  for (std::size_t begin = 0; begin + length < size; begin += step) {
    sum += residues.mean_square(begin, length);
    ++segments;
  }
  return std::sqrt(sum / static_cast<double>(segments));
}

}  // namespace

void DanceabilityMeter::push(std::span<const float> samples) {
  while (!samples.empty()) {
    const auto part = samples.first(std::min(samples.size(), kBlock - filled_));
    samples = samples.subspan(part.size());
    for (const float sample : part) {
      const auto value = static_cast<double>(sample);
      sum_ += value;
      squares_ += value * value;
    }
    filled_ += part.size();
    if (filled_ < kBlock) continue;
    const double mean = sum_ / kBlock;
    deviations_.push_back(
        static_cast<float>(std::sqrt(std::max(squares_ / kBlock - mean * mean, 0.0))));
    sum_ = squares_ = 0;
    filled_ = 0;
  }
}

double DanceabilityMeter::danceability() const {
  std::vector<double> profile(deviations_.begin(), deviations_.end());
  double mean = 0;
  for (const double value : profile) mean += value / static_cast<double>(profile.size());
  double sum = 0;
  for (double& value : profile) value = sum += value - mean;

  const Residues residues(profile);
  double exponents = 0;
  int count = 0;
  double before = 0;
  double length_before = 0;
  for (double blocks = kShortestBlocks; blocks <= kLongestBlocks; blocks *= kStep) {
    const auto length = static_cast<std::size_t>(blocks);
    const double now = fluctuation(residues, profile.size(), length);
    const double abscissa = std::log(static_cast<double>(length) + kLengthOffset);
    if (before > 0 && now > 0) {
      exponents += std::log(now / before) / (abscissa - length_before);
      ++count;
    }
    before = now;
    length_before = abscissa;
  }
  return exponents > 0 ? count / exponents : 0;
}

}  // namespace aura::dsp
