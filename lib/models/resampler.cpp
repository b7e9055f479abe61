#include "aura/models/resampler.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace aura::models {
namespace {

constexpr std::size_t kPhases = 320;
constexpr std::size_t kStep = 441;
static_assert(Resampler::kToHz * kStep == Resampler::kFromHz * kPhases);
constexpr std::size_t kTaps = PhaseFilters::kTaps;
constexpr std::size_t kBefore = kTaps / 2 - 1;  // taps before the output's position

// J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function" (1974): for
// 80 dB. So many taps make a transition 580 Hz wide. Its centre is that of soxr, with which
// musicnn's own code resamples.
constexpr double kBeta = 7.857;
constexpr double kCutoff = 7650.0 / Resampler::kFromHz;

/// The modified Bessel function of the first kind and order 0, by its series.
double bessel_i0(double x) {
  double sum = 1;
  double term = 1;
  for (int k = 1; term > 1e-17 * sum; ++k) {
    term *= x / (2 * k) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

/// The filters of all phases; a constant stays as it is with each.
std::vector<float> make_taps() {
  std::vector<float> taps;
  taps.reserve(kPhases * kTaps);
  for (std::size_t phase = 0; phase < kPhases; ++phase) {
    double values[kTaps];
    double sum = 0;
    for (std::size_t k = 0; k < kTaps; ++k) {
      const double at = static_cast<double>(k) - static_cast<double>(kBefore) -
                        static_cast<double>(phase) / kPhases;
      const double angle = 2 * std::numbers::pi * kCutoff * at;
      const double sinc = at == 0 ? 1 : std::sin(angle) / angle;
      const double across = at / (kTaps / 2.0);
      values[k] = sinc * bessel_i0(kBeta * std::sqrt(std::max(0.0, 1 - across * across)));
      sum += values[k];
    }
    for (const double value : values) taps.push_back(static_cast<float>(value / sum));
  }
  return taps;
}

const PhaseFilters& filters() {
  static const std::vector<float> taps = make_taps();
  static const PhaseFilters filters{.phases = kPhases, .step = kStep, .taps = taps.data()};
  return filters;
}

}  // namespace

Resampler::Resampler(const Lanes& lanes) : lanes_(lanes), samples_(kBefore) {}

void Resampler::push(std::span<const float> samples, std::vector<float>& output) {
  samples_.insert(samples_.end(), samples.begin(), samples.end());
  if (samples_.size() < kTaps) return;
  // Output i needs (position_ + i * kStep) / kPhases + kTaps samples.
  const std::size_t last = (samples_.size() - kTaps + 1) * kPhases - 1;
  if (position_ <= last) resample((last - position_) / kStep + 1, output);
}

void Resampler::finish(std::vector<float>& output) {
  // What is left for outputs whose position, kBefore after their first tap, lies before the end.
  const std::size_t end = (samples_.size() - kBefore) * kPhases;
  samples_.resize(samples_.size() + kTaps);
  if (position_ < end) resample((end - 1 - position_) / kStep + 1, output);
}

void Resampler::resample(std::size_t count, std::vector<float>& output) {
  const std::size_t before = output.size();
  output.resize(before + count);
  lanes_.resample(filters(), samples_.data(), position_, count, output.data() + before);
  position_ += count * kStep;
  const std::size_t used = std::min(position_ / kPhases, samples_.size());
  samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(used));
  position_ -= used * kPhases;
}

}  // namespace aura::models
