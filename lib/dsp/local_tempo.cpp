#include "aura/dsp/local_tempo.h"

#include <Eigen/Core>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "aura/base/error.h"
#include "aura/dsp/autocorrelation.h"

namespace aura::dsp {
namespace {

constexpr Eigen::Index kWindowFrames = 344;  // 8 s
constexpr std::size_t kStepFrames = 43;      // 1 s
/// Lags at which enough of a window overlaps.
constexpr double kLongestLag = 0.8 * kWindowFrames;
/// Ratios to the period of the whole track: so many, evenly spaced on a logarithmic scale.
constexpr Eigen::Index kRatios = 51;
constexpr double kLowestRatio = 0.78;
constexpr double kHighestRatio = 1.28;
/// Beats whose distance a window is asked for: one to four.
constexpr int kMostBeats = 4;
// Their proportion says how much a period must repeat to bend the tempo. All values from 500 to
// 20,000 follow drifting renderings and the steady ones equally well.
constexpr float kGain = 8;
constexpr float kChangeCost = 2000;

using Ratios = Eigen::Array<float, kRatios, 1>;

Ratios log_ratios() {
  return Ratios::LinSpaced(kRatios, std::log(static_cast<float>(kLowestRatio)),
                           std::log(static_cast<float>(kHighestRatio)));
}

/// How much a window of onsets repeats at the ratios to a period.
class Repetition {
 public:
  explicit Repetition(double period_frames) : period_(period_frames) {
    taper_ = 0.5F - 0.5F * (Eigen::ArrayXf::LinSpaced(kWindowFrames, 1, kWindowFrames) *
                            (2 * std::numbers::pi_v<float> / (kWindowFrames + 1)))
                               .cos();
    lags_ = static_cast<Eigen::Index>(kLongestLag) + 2;
    overlap_ = correlate(taper_).cast<double>();
    const double whole = overlap_(0);
    overlap_ = (overlap_ / whole).max(0.05);
  }

  Ratios around(std::span<const float> onsets, std::size_t centre) const {
    Eigen::ArrayXf window = Eigen::ArrayXf::Zero(kWindowFrames);
    const auto reach = static_cast<std::size_t>(kWindowFrames / 2);
    const std::size_t begin = centre - std::min(centre, reach);
    const auto values = onsets.subspan(begin, std::min(centre + reach, onsets.size()) - begin);
    window.segment(static_cast<Eigen::Index>(begin + reach - centre),
                   static_cast<Eigen::Index>(values.size())) =
        Eigen::Map<const Eigen::ArrayXf>(values.data(), static_cast<Eigen::Index>(values.size()));
    window = (window - window.mean()) * taper_;
    Ratios sum = Ratios::Zero();
    const float power = window.matrix().squaredNorm();
    if (power <= 1e-9F) return sum;
    const Eigen::ArrayXd repeats =
        correlate(window).cast<double>() / (static_cast<double>(power) * overlap_);
    double weights = 0;
    for (int beats = 1; beats <= kMostBeats; ++beats) {
      if (kHighestRatio * period_ * beats > kLongestLag) break;
      const double weight = 1 / std::sqrt(static_cast<double>(beats));
      weights += weight;
      for (Eigen::Index r = 0; r < kRatios; ++r) {
        const double ratio = std::exp(static_cast<double>(log_ratios_(r)));
        sum(r) += static_cast<float>(weight * at_lag(repeats, period_ * ratio * beats));
      }
    }
    if (weights > 0) sum /= static_cast<float>(weights);
    return sum;
  }

 private:
  Eigen::ArrayXf correlate(const Eigen::ArrayXf& window) const {
    Eigen::ArrayXf products(lags_);
    for (Eigen::Index lag = 0; lag < lags_; ++lag) {
      const auto size = kWindowFrames - lag;
      products(lag) = window.head(size).matrix().dot(window.tail(size).matrix());
    }
    return products;
  }

  double period_;
  Ratios log_ratios_ = log_ratios();
  Eigen::ArrayXf taper_;
  Eigen::Index lags_ = 0;
  Eigen::ArrayXd overlap_;
};

/// The path through the ratios of each window that repeats most and changes least.
std::vector<Eigen::Index> best_path(const std::vector<Ratios>& repetition) {
  const Ratios logs = log_ratios();
  std::vector<std::array<Eigen::Index, kRatios>> from(repetition.size());
  Ratios scores = kGain * repetition.front();
  for (std::size_t w = 1; w < repetition.size(); ++w) {
    Ratios next;
    for (Eigen::Index r = 0; r < kRatios; ++r) {
      next(r) = (scores - kChangeCost * (logs - logs(r)).square())
                    .maxCoeff(&from[w][static_cast<std::size_t>(r)]);
    }
    scores = next + kGain * repetition[w];
  }
  std::vector<Eigen::Index> path(repetition.size());
  scores.maxCoeff(&path.back());
  for (std::size_t w = path.size() - 1; w > 0; --w)
    path[w - 1] = from[w][static_cast<std::size_t>(path[w])];
  return path;
}

/// The logarithm of the ratio at the top of the parabola around ratio `r`.
double refined(const Ratios& repetition, Eigen::Index r) {
  const Ratios logs = log_ratios();
  const auto log_ratio = static_cast<double>(logs(r));
  if (r == 0 || r == kRatios - 1) return log_ratio;
  const auto before = static_cast<double>(repetition(r - 1));
  const auto after = static_cast<double>(repetition(r + 1));
  const double bend = before - 2 * static_cast<double>(repetition(r)) + after;
  if (bend > -1e-9) return log_ratio;
  const double steps = std::clamp((before - after) / (2 * bend), -0.5, 0.5);
  return log_ratio + steps * static_cast<double>(logs(1) - logs(0));
}

}  // namespace

std::vector<double> local_periods(std::span<const float> onsets, double period_frames,
                                  const std::stop_token& stop) {
  assert(period_frames >= 2);
  std::vector<double> periods(onsets.size(), period_frames);
  if (onsets.empty()) return periods;
  const Repetition repetition(period_frames);
  std::vector<Ratios> windows;
  for (std::size_t centre = 0; centre < onsets.size(); centre += kStepFrames) {
    if (stop.stop_requested()) throw Stopped();
    windows.push_back(repetition.around(onsets, centre));
  }
  const auto path = best_path(windows);
  std::vector<double> at_windows(path.size());
  for (std::size_t w = 0; w < path.size(); ++w)
    at_windows[w] = period_frames * std::exp(refined(windows[w], path[w]));
  for (std::size_t t = 0; t < periods.size(); ++t) {
    const std::size_t w = t / kStepFrames;
    const double part = static_cast<double>(t % kStepFrames) / kStepFrames;
    const double next = at_windows[std::min(w + 1, at_windows.size() - 1)];
    periods[t] = at_windows[w] * (1 - part) + next * part;
  }
  return periods;
}

}  // namespace aura::dsp
