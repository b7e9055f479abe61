#include "aura/dsp/danceability.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aura::dsp {
namespace {

constexpr double kShortestBlocks = 31;
constexpr double kLongestBlocks = 880;
constexpr double kStep = 1.1;
/// Segments start a fiftieth of their length apart.
constexpr std::size_t kStarts = 50;
/// Of the exponent's abscissa, as Essentia has it.
constexpr double kLengthOffset = 3;

float deviation(std::span<const float> samples) {
  // Four sums of each, so that an addition needn't wait for the one before.
  constexpr std::size_t kSums = 4;
  std::array<double, kSums> sums{};
  std::array<double, kSums> squares{};
  for (std::size_t i = 0; i + kSums <= samples.size(); i += kSums) {
    for (std::size_t lane = 0; lane < kSums; ++lane) {
      const auto value = static_cast<double>(samples[i + lane]);
      sums[lane] += value;
      squares[lane] += value * value;
    }
  }
  const auto count = static_cast<double>(samples.size());
  const double mean = std::reduce(sums.begin(), sums.end()) / count;
  const double mean_square = std::reduce(squares.begin(), squares.end()) / count;
  return static_cast<float>(std::sqrt(std::max(mean_square - mean * mean, 0.0)));
}

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
    std::copy(part.begin(), part.end(), block_.begin() + static_cast<std::ptrdiff_t>(filled_));
    filled_ += part.size();
    if (filled_ < kBlock) continue;
    deviations_.push_back(deviation(block_));
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
