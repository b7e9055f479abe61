#include "aura/dsp/autocorrelation.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>

#include "aura/base/error.h"
#include "aura/dsp/fft.h"

namespace aura::dsp {
namespace {

/// Of curves that are constant but for rounding, nothing is left.
constexpr double kNothing = 1e-9;

std::size_t count_windows(std::size_t size, std::size_t window) {
  const std::size_t step = window / 2;
  // A last window that is less than half full would be nothing but the end of the one before.
  return size <= window ? 1 : 1 + (size - step - 1) / step;
}

/// Fills `part` with window `i` of the curve, freed of its mean.
void fill_window(std::span<const float> curve, std::size_t window, std::size_t i, auto&& part) {
  const auto begin = i * (window / 2);
  const auto values = curve.subspan(begin, std::min(window, curve.size() - begin));
  double mean = 0;
  for (const float value : values) mean += static_cast<double>(value);
  mean /= static_cast<double>(values.size());
  for (std::size_t at = 0; at < values.size(); ++at) {
    part(static_cast<Eigen::Index>(at)) = static_cast<double>(values[at]) - mean;
  }
}

/// The part of a window that it and itself so many lags later have in common.
Eigen::ArrayXd overlap_of(std::size_t window, std::size_t lags) {
  return 1 - Eigen::ArrayXd::LinSpaced(static_cast<Eigen::Index>(lags), 0,
                                       static_cast<double>(lags - 1)) /
                 static_cast<double>(window);
}

/// The autocorrelation of each window up to `lags`, not divided by lag 0; a column each.
Eigen::ArrayXXd autocorrelations(std::span<const float> curve, std::size_t window, std::size_t lags,
                                 const std::stop_token& stop) {
  const std::size_t size = std::bit_ceil(2 * window);
  const auto count = static_cast<Eigen::Index>(lags);
  ComplexFft fft(size);
  Eigen::ArrayXcd in(static_cast<Eigen::Index>(size));
  Eigen::ArrayXcd out(in.size());
  const auto overlap = overlap_of(window, lags);
  const auto windows = curve.empty() ? 0 : count_windows(curve.size(), window);
  Eigen::ArrayXXd all(count, static_cast<Eigen::Index>(windows));
  for (std::size_t i = 0; i < windows; ++i) {
    if (stop.stop_requested()) throw Stopped();
    in.setZero();
    fill_window(curve, window, i, in.real());
    fft.forward({in.data(), size}, {out.data(), size});
    in = out.abs2().cast<std::complex<double>>();
    fft.forward({in.data(), size}, {out.data(), size});
    all.col(static_cast<Eigen::Index>(i)) = out.head(count).real() / overlap;
  }
  return all;
}

/// A window's autocorrelation at lags times `ratio`.
Eigen::ArrayXd stretched(const Eigen::Ref<const Eigen::ArrayXd>& autocorrelation, double ratio,
                         Eigen::Index lags) {
  Eigen::ArrayXd result(lags);
  for (Eigen::Index lag = 0; lag < lags; ++lag)
    result(lag) = at_lag(autocorrelation, static_cast<double>(lag) * ratio);
  return result;
}

/// Lags needed so that `lags` of them can be stretched by the most.
std::size_t lags_to_stretch(std::size_t lags, std::size_t window) {
  return std::min(window, lags + lags / 8 + 2);
}

/// How far the tempo of a window may be from the mean: so many steps either way, of this ratio
/// each.
constexpr int kSteps = 24;
constexpr double kStep = 0.005;
constexpr int kRatios = 2 * kSteps + 1;

/// The windows of a curve, each stretched by every ratio: what find_drift() chooses from.
class StretchedWindows {
 public:
  /// Of shorter lags all music has much.
  static constexpr Eigen::Index kFirstLag = 8;

  StretchedWindows(const Eigen::ArrayXXd& autocorrelations, std::size_t lags)
      : count_(static_cast<Eigen::Index>(lags) - kFirstLag) {
    // Freed of their means and of length 1, so that products are correlations.
    at_ratios_.reserve(static_cast<std::size_t>(autocorrelations.cols()));
    for (Eigen::Index w = 0; w < autocorrelations.cols(); ++w) {
      auto& ratios = at_ratios_.emplace_back(count_, kRatios);
      for (int r = 0; r < kRatios; ++r) {
        Eigen::ArrayXd column = stretched(autocorrelations.col(w), std::exp((r - kSteps) * kStep),
                                          static_cast<Eigen::Index>(lags))
                                    .tail(count_);
        column -= column.mean();
        const double length = column.matrix().norm();
        ratios.col(r) = (column / (length > 0 ? length : 1)).matrix().cast<float>();
      }
    }
  }

  /// The sum of the windows at the ratios of `path`.
  Eigen::VectorXf sum(const std::vector<int>& path) const {
    Eigen::VectorXf total = Eigen::VectorXf::Zero(count_);
    for (std::size_t w = 0; w < path.size(); ++w) total += at_ratios_[w].col(path[w]);
    return total;
  }

  /// How alike the windows are at the ratios of `path`: 1 if equal.
  float likeness(const std::vector<int>& path) const {
    return sum(path).norm() / static_cast<float>(path.size());
  }

  /// Returns the smoothest path that is most like `common`, a vector of length 1.
  std::vector<int> path_like(const Eigen::VectorXf& common) const {
    const auto windows = static_cast<Eigen::Index>(at_ratios_.size());
    Eigen::MatrixXf best(kRatios, windows);
    Eigen::MatrixXi from = Eigen::MatrixXi::Zero(kRatios, windows);
    for (Eigen::Index w = 0; w < windows; ++w) {
      best.col(w) = at_ratios_[static_cast<std::size_t>(w)].transpose() * common;
      if (w == 0) continue;
      for (int r = 0; r < kRatios; ++r) {
        float highest = std::numeric_limits<float>::lowest();
        for (int other = std::max(r - kMostChange, 0);
             other <= std::min(r + kMostChange, kRatios - 1); ++other) {
          const float value =
              best(other, w - 1) - kChangeCost * static_cast<float>(std::abs(other - r));
          if (value <= highest) continue;
          highest = value;
          from(r, w) = other;
        }
        best(r, w) += highest;
      }
    }
    std::vector<int> path(at_ratios_.size());
    Eigen::Index at = 0;
    best.col(windows - 1).maxCoeff(&at);
    for (auto w = windows; w-- > 0;) {
      path[static_cast<std::size_t>(w)] = static_cast<int>(at);
      at = from(at, w);
    }
    return path;
  }

 private:
  /// From a window to the next, half a window on, the tempo may change by so many steps.
  static constexpr int kMostChange = 2;
  static constexpr float kChangeCost = 0.004F;

  Eigen::Index count_;  ///< lags compared
  std::vector<Eigen::MatrixXf> at_ratios_;
};

}  // namespace

std::vector<double> find_drift(std::span<const float> curve, std::size_t window, std::size_t lags,
                               const std::stop_token& stop) {
  constexpr int kRounds = 4;
  /// How much more alike the windows must become.
  constexpr float kLeastGain = 0.04F;
  /// An hour: what is longer holds many pieces. 100 kB of memory each.
  constexpr Eigen::Index kMostWindows = 300;

  const auto windows = static_cast<Eigen::Index>(count_windows(curve.size(), window));
  if (windows < 3 || windows > kMostWindows) return {};
  const StretchedWindows stretched_windows(
      autocorrelations(curve, window, lags_to_stretch(lags, window), stop), lags);
  std::vector<int> path(static_cast<std::size_t>(windows), kSteps);
  const float before = stretched_windows.likeness(path);
  for (int round = 0; round < kRounds; ++round) {
    if (stop.stop_requested()) throw Stopped();
    Eigen::VectorXf common = stretched_windows.sum(path);
    if (common.norm() > 0) common.normalize();
    path = stretched_windows.path_like(common);
  }
  if (stretched_windows.likeness(path) < before + kLeastGain) return {};
  double mean = 0;
  for (const int r : path) mean += static_cast<double>(r) / static_cast<double>(windows);
  std::vector<double> drift;
  drift.reserve(path.size());
  for (const int r : path) drift.push_back(std::exp((r - mean) * kStep));
  return drift;
}

Eigen::ArrayXd mean_autocorrelation(std::span<const float> curve, std::size_t window,
                                    std::size_t lags, std::span<const double> drift,
                                    const std::stop_token& stop) {
  if (drift.empty()) return mean_autocorrelation(curve, window, lags, stop);
  const auto count = static_cast<Eigen::Index>(lags);
  const auto all = autocorrelations(curve, window, lags_to_stretch(lags, window), stop);
  Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(count);
  for (Eigen::Index w = 0; w < all.cols(); ++w)
    sum += stretched(all.col(w), drift[static_cast<std::size_t>(w)], count);
  if (sum(0) <= kNothing) return Eigen::ArrayXd::Zero(count);
  return sum / sum(0);
}

Eigen::ArrayXd mean_autocorrelation(std::span<const float> curve, std::size_t window,
                                    std::size_t lags, const std::stop_token& stop) {
  assert(window >= 2 && lags <= window);
  // An autocorrelation is the transform of a power spectrum, so a sum of them is that of the summed
  // spectra; zeros keep it from wrapping round. Two windows share a transform, one as its real and
  // one as its imaginary part: what they add to each other's power is odd over the bins, so it
  // comes out imaginary and is dropped.
  const std::size_t size = std::bit_ceil(2 * window);
  ComplexFft fft(size);
  Eigen::ArrayXcd in(static_cast<Eigen::Index>(size));
  Eigen::ArrayXcd out(in.size());
  Eigen::ArrayXd power = Eigen::ArrayXd::Zero(in.size());
  const std::size_t windows = count_windows(curve.size(), window);
  for (std::size_t i = 0; i < windows && !curve.empty(); i += 2) {
    if (stop.stop_requested()) throw Stopped();
    in.setZero();
    fill_window(curve, window, i, in.real());
    if (i + 1 < windows) fill_window(curve, window, i + 1, in.imag());
    fft.forward({in.data(), size}, {out.data(), size});
    power += out.abs2();
  }

  in = power.cast<std::complex<double>>();
  fft.forward({in.data(), size}, {out.data(), size});
  const auto count = static_cast<Eigen::Index>(lags);
  if (out(0).real() <= kNothing * static_cast<double>(size)) return Eigen::ArrayXd::Zero(count);
  return out.head(count).real() / out(0).real() / overlap_of(window, lags);
}

double at_lag(const Eigen::Ref<const Eigen::ArrayXd>& autocorrelation, double lag) noexcept {
  const auto last = static_cast<double>(autocorrelation.size() - 1);
  const double clipped = std::clamp(lag, 0.0, last);
  const auto below = static_cast<Eigen::Index>(std::min(std::floor(clipped), last - 1));
  const double part = clipped - static_cast<double>(below);
  return autocorrelation(below) * (1 - part) + autocorrelation(below + 1) * part;
}

}  // namespace aura::dsp
