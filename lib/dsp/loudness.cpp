#include "aura/dsp/loudness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace aura::dsp {
namespace {

constexpr std::size_t kStepsASecond = 10;
constexpr std::size_t kMomentary = 4;   // steps in 400 ms, as gating looks at
constexpr std::size_t kShortTerm = 30;  // in 3 s, as the range does
constexpr double kSilentLufs = -70;
/// How far below the mean the gates lie.
constexpr double kIntegratedGateLu = 10;
constexpr double kRangeGateLu = 20;
/// Below what this lets through of a step, squares would be subnormal, which some processors are
/// slow with.
constexpr float kLeastState = 1e-15F;

double lufs(double power) {
  return -0.691 + 10 * std::log10(power);
}

double power_at(double lufs) {
  return std::pow(10, (lufs + 0.691) / 10);
}

/// Second order, transposed direct form II.
struct Biquad {
  double b0, b1, b2, a1, a2;

  double step(double in, double* state) const {
    const double out = b0 * in + state[0];
    state[0] = b1 * in - a1 * out + state[1];
    state[1] = b2 * in - a2 * out;
    return out;
  }
};

/// What a filter's corner comes to at a rate; a corner above half of that has no meaning.
double warped(double corner_hz, int rate_hz) {
  return std::tan(std::numbers::pi * std::min(corner_hz / rate_hz, 0.45));
}

/// The two filters of BS.1770, whose tables are for 48 kHz, as their corners, gain and quality
/// (Brecht De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145,
/// 2018).
Biquad high_shelf(int rate_hz) {
  const double k = warped(1681.974450955533, rate_hz);
  const double q = 0.7071752369554196;
  const double high = std::pow(10, 3.999843853973347 / 20);
  const double band = std::pow(high, 0.4996667741545416);
  const double a0 = 1 + k / q + k * k;
  return {(high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0,
          (high - band * k / q + k * k) / a0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0};
}

/// As a state variable filter by the trapezoidal rule (Zavalishin, "The art of VA filter design",
/// 2012): with both poles next to 1, the other forms' coefficients, rounded to floats, would let a
/// constant through.
struct HighPass {
  explicit HighPass(int rate_hz)
      : k(warped(38.13547087602444, rate_hz)), a0(1 + k * damping + k * k) {}

  double step(double in, double* state) const {
    const double high = (in - (damping + k) * state[0] - state[1]) / a0;
    const double band = k * high + state[0];
    state[0] = band + k * high;
    state[1] += 2 * k * band;
    return a0 * high;  // BS.1770's numerator is 1 - 2 z^-1 + z^-2
  }

  double damping = 1 / 0.5003270373238773;
  double k;
  double a0;
};

/// Both in a row: column by column, what comes of a single 1.
BlockFilter k_weighting(int rate_hz) {
  const Biquad shelf = high_shelf(rate_hz);
  const HighPass pass(rate_hz);
  constexpr std::size_t kSamples = BlockFilter::kSamples;
  BlockFilter filter{};
  for (std::size_t column = 0; column < BlockFilter::kRows; ++column) {
    std::array<double, BlockFilter::kRows> rows{};
    rows.at(column) = 1;
    double* state = rows.data() + kSamples;
    for (std::size_t n = 0; n < kSamples; ++n)
      rows.at(n) = pass.step(shelf.step(rows.at(n), state), state + 2);
    std::copy(rows.begin(), rows.end(), filter.columns[column]);
  }
  return filter;
}

/// A sinc under a Hann window, at each of the phases between two samples.
Interpolator make_interpolator(std::size_t phases) {
  constexpr double kHalf = Interpolator::kTaps / 2.0;
  Interpolator interpolator{.phases = phases, .taps = {}, .gain = 0};
  double gain = 0;
  for (std::size_t phase = 0; phase < phases; ++phase) {
    const double turn = static_cast<double>(phase + 1) / static_cast<double>(phases + 1);
    double sum = 0;
    for (std::size_t k = 0; k < Interpolator::kTaps; ++k) {
      const double x = std::numbers::pi * (static_cast<double>(k) + 1 - kHalf - turn);
      const double tap = std::sin(x) / x * (0.5 + 0.5 * std::cos(x / kHalf));
      interpolator.taps[phase][k] = static_cast<float>(tap);
      sum += std::abs(tap);
    }
    gain = std::max(gain, sum);
  }
  constexpr double kForRounding = 1.0001;
  interpolator.gain = static_cast<float>(gain * kForRounding);
  return interpolator;
}

/// The means of `steps` consecutive powers, at each step.
std::vector<double> moving_means(std::span<const float> powers, std::size_t steps) {
  std::vector<double> means;
  if (powers.size() < steps) return means;
  means.reserve(powers.size() - steps + 1);
  for (std::size_t i = 0; i + steps <= powers.size(); ++i) {
    double sum = 0;
    for (const float power : powers.subspan(i, steps)) sum += static_cast<double>(power);
    means.push_back(sum / static_cast<double>(steps));
  }
  return means;
}

void drop_below(std::vector<double>& powers, double least) {
  std::erase_if(powers, [least](double power) { return power < least; });
}

double mean(const std::vector<double>& powers) {
  double sum = 0;
  for (const double power : powers) sum += power;
  return sum / static_cast<double>(powers.size());
}

/// What is left of the means at each step once the gates are passed: that of silence, and the one
/// so far below the mean of what is not silence.
std::vector<double> gated(std::span<const float> powers, std::size_t steps, double gate_lu) {
  auto means = moving_means(powers, steps);
  drop_below(means, power_at(kSilentLufs));
  if (!means.empty()) drop_below(means, mean(means) * std::pow(10, -gate_lu / 10));
  return means;
}

}  // namespace

LoudnessMeter::LoudnessMeter(const Lanes& lanes) : lanes_(lanes) {}

void LoudnessMeter::begin(int sample_rate_hz, std::span<const double> weights) {
  end_part();
  const auto rate = static_cast<std::size_t>(sample_rate_hz);
  constexpr std::size_t kBlocksASecond = kStepsASecond * BlockFilter::kSamples;
  step_ = (rate + kBlocksASecond / 2) / kBlocksASecond * BlockFilter::kSamples;
  filter_ = k_weighting(sample_rate_hz);
  interpolator_ = make_interpolator(rate < 96'000 ? 3 : rate < 192'000 ? 1 : 0);
  channels_.clear();
  channels_.reserve(weights.size());
  signals_.assign(weights.size(), {});
  for (const double weight : weights) {
    channels_.push_back(
        {weight, std::vector<float>(Interpolator::kBefore + step_ + Interpolator::kTaps, 0.0F)});
  }
}

std::span<float> LoudnessMeter::channel(std::size_t channel) noexcept {
  return std::span(channels_[channel].samples).subspan(Interpolator::kBefore + filled_, room());
}

void LoudnessMeter::take(std::size_t samples) {
  filled_ += samples;
  if (filled_ == step_) end_step();
}

void LoudnessMeter::end_step() {
  find_peak(step_);
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    signals_[i].samples = channels_[i].samples.data() + Interpolator::kBefore;
    for (float& value : signals_[i].state)
      if (std::abs(value) < kLeastState) value = 0;
  }
  lanes_.filtered_energies(filter_, step_ / BlockFilter::kSamples, signals_.data(),
                           signals_.size());
  double energy = 0;
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    auto& [weight, samples] = channels_[i];
    energy += weight * signals_[i].energy;
    std::copy_n(samples.begin() + static_cast<std::ptrdiff_t>(step_), Interpolator::kBefore,
                samples.begin());
  }
  powers_.push_back(static_cast<float>(energy / static_cast<double>(step_)));
  filled_ = 0;
}

void LoudnessMeter::find_peak(std::size_t samples) {
  for (const auto& channel : channels_) {
    peak_ = lanes_.interpolated_peak(interpolator_, channel.samples.data() + Interpolator::kBefore,
                                     samples, peak_);
  }
}

void LoudnessMeter::end_part() {
  for (auto& channel : channels_) {
    std::fill(
        channel.samples.begin() + static_cast<std::ptrdiff_t>(Interpolator::kBefore + filled_),
        channel.samples.end(), 0.0F);
  }
  find_peak(step_ + Interpolator::kTaps);
  channels_.clear();
  filled_ = 0;
}

Loudness LoudnessMeter::loudness() {
  end_part();
  Loudness loudness{integrated(), range(), std::nullopt};
  if (peak_ > 0) loudness.true_peak_dbtp = 20 * std::log10(static_cast<double>(peak_));
  return loudness;
}

std::optional<double> LoudnessMeter::integrated() const {
  const auto powers = gated(powers_, kMomentary, kIntegratedGateLu);
  if (powers.empty()) return std::nullopt;
  return lufs(mean(powers));
}

std::optional<double> LoudnessMeter::range() const {
  auto powers = gated(powers_, kShortTerm, kRangeGateLu);
  if (powers.empty()) return std::nullopt;
  std::sort(powers.begin(), powers.end());
  const auto percentile = [&](double share) {
    return powers[static_cast<std::size_t>(
        std::lround(share * static_cast<double>(powers.size() - 1)))];
  };
  return 10 * std::log10(percentile(0.95) / percentile(0.10));
}

}  // namespace aura::dsp
