#include "aura/dsp/danceability.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "fill_blocks.h"

namespace aura::dsp {
namespace {

constexpr double kShortestBlocks = 31;
constexpr double kLongestBlocks = 880;
constexpr double kStep = 1.1;
/// Segments start a fiftieth of their length apart.
constexpr std::size_t kStarts = 50;
/// Of the exponent's abscissa, as Essentia has it.
constexpr double kLengthOffset = 3;
/// Sums begin anew this often: over hours they grow until their differences are nothing but
/// rounding.
constexpr std::size_t kStretch = 8192;

float deviation(std::span<const float> samples) {
  // Less the first, so that a constant doesn't swallow the rest; and many sums, so that an addition
  // needn't wait for the one before.
  constexpr std::size_t kSums = 20;
  std::array<float, kSums> sums{};
  std::array<float, kSums> squares{};
  assert(samples.size() % kSums == 0);
  for (std::size_t i = 0; i < samples.size(); i += kSums) {
    for (std::size_t lane = 0; lane < kSums; ++lane) {
      const float value = samples[i + lane] - samples[0];
      sums[lane] += value;
      squares[lane] += value * value;
    }
  }
  const auto count = static_cast<double>(samples.size());
  const double mean = std::reduce(sums.begin(), sums.end(), 0.0) / count;
  const double mean_square = std::reduce(squares.begin(), squares.end(), 0.0) / count;
  return static_cast<float>(std::sqrt(std::max(mean_square - mean * mean, 0.0)));
}

/// What lines through segments of a curve leave of it.
class Residues {
 public:
  explicit Residues(std::span<const double> curve)
      : sums_(curve.size() + 1), squares_(curve.size() + 1), moments_(curve.size() + 1) {
    // Less a line through both ends, which leaves the same and keeps the sums small.
    const double slope = (curve.back() - curve.front()) /
                         static_cast<double>(std::max<std::size_t>(curve.size(), 2) - 1);
    for (std::size_t i = 0; i < curve.size(); ++i) {
      const auto at = static_cast<double>(i);
      const double value = curve[i] - curve.front() - slope * at;
      sums_[i + 1] = sums_[i] + value;
      squares_[i + 1] = squares_[i] + value * value;
      moments_[i + 1] = moments_[i] + value * at;
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

/// The mean square over all segments of a length.
struct Fluctuation {
  std::size_t length;  // blocks
  double sum = 0;
  std::size_t segments = 0;

  /// Adds the segments of `profile` that begin in the stretch from `begin` on, of which `residues`
  /// are.
  void add(const Residues& residues, std::size_t begin, std::size_t profile_size) {
    const std::size_t step = std::max<std::size_t>(length / kStarts, 1);
    for (std::size_t at = (begin + step - 1) / step * step;
         at < begin + kStretch && at + length < profile_size; at += step) {
      sum += residues.mean_square(at - begin, length);
      ++segments;
    }
  }

  double root() const { return segments > 0 ? std::sqrt(sum / static_cast<double>(segments)) : 0; }
};

}  // namespace

void DanceabilityMeter::push(std::span<const float> samples) {
  fill_blocks(samples, block_, filled_, [this] {
    deviations_.push_back(deviation(block_));
    filled_ = 0;
  });
}

double danceability_of(std::span<const float> deviations) {
  std::vector<double> profile(deviations.begin(), deviations.end());
  double mean = 0;
  for (const double value : profile) mean += value / static_cast<double>(profile.size());
  double sum = 0;
  for (double& value : profile) value = sum += value - mean;

  const std::span<const double> all(profile);
  std::vector<Fluctuation> fluctuations;
  for (double blocks = kShortestBlocks; blocks <= kLongestBlocks; blocks *= kStep)
    fluctuations.push_back({static_cast<std::size_t>(blocks)});
  for (std::size_t begin = 0; begin < profile.size(); begin += kStretch) {
    const std::size_t size =
        std::min(kStretch + static_cast<std::size_t>(kLongestBlocks), profile.size() - begin);
    const Residues residues(all.subspan(begin, size));
    for (auto& fluctuation : fluctuations) fluctuation.add(residues, begin, profile.size());
  }

  double exponents = 0;
  int count = 0;
  double before = 0;
  double length_before = 0;
  for (const auto& fluctuation : fluctuations) {
    const double now = fluctuation.root();
    const double abscissa = std::log(static_cast<double>(fluctuation.length) + kLengthOffset);
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
