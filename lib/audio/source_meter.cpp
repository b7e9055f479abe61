#include "source_meter.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace aura::audio {
namespace {

/// What 16 bits reach above 0 is a step less than full scale.
constexpr float kFullScale = 0.9999F;
/// Two samples may be at full scale by chance.
constexpr int kClippedRun = 3;
/// As many at a time as the widest registers hold.
constexpr std::size_t kAtATime = 16;

using Sums = std::array<float, kAtATime>;

struct Measures {
  double sum = 0;
  double energy = 0;
  float peak = 0;
};

double total(const Sums& sums) {
  double all = 0;
  for (const float sum : sums) all += static_cast<double>(sum);
  return all;
}

Measures measures_of(std::span<const float> samples) {
  Sums sum{}, energy{}, peak{};
  const auto whole = samples.size() / kAtATime * kAtATime;
  for (std::size_t i = 0; i < whole; i += kAtATime) {
    for (std::size_t lane = 0; lane < kAtATime; ++lane) {
      const float sample = samples[i + lane];
      sum[lane] += sample;
      energy[lane] += sample * sample;
      peak[lane] = std::max(peak[lane], std::abs(sample));
    }
  }
  for (std::size_t i = whole; i < samples.size(); ++i) {
    const float sample = samples[i];
    sum[i - whole] += sample;
    energy[i - whole] += sample * sample;
    peak[i - whole] = std::max(peak[i - whole], std::abs(sample));
  }
  return {total(sum), total(energy), *std::max_element(peak.begin(), peak.end())};
}

double product_of(std::span<const float> a, std::span<const float> b) {
  Sums sums{};
  const auto whole = a.size() / kAtATime * kAtATime;
  for (std::size_t i = 0; i < whole; i += kAtATime) {
    for (std::size_t lane = 0; lane < kAtATime; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  for (std::size_t i = whole; i < a.size(); ++i) sums[i - whole] += a[i] * b[i];
  return total(sums);
}

/// In dB, at most Source::kMostDb either way. `a` or `b` is above 0.
double ratio_db(double a, double b) {
  const double most = std::pow(10, Source::kMostDb / 10);
  return 10 * std::log10(std::clamp(a / b, 1 / most, most));  // also infinite
}

bool is_sound(float sample) {
  return std::abs(sample) > Source::kSilence;
}

}  // namespace

void SourceMeter::begin(int sample_rate_hz, std::size_t channels) {
  if (sample_rate_hz_ > 0) begun_s_ += static_cast<double>(samples_) / sample_rate_hz_;
  samples_ = 0;
  cutoff_.begin(sample_rate_hz);
  sample_rate_hz_ = sample_rate_hz;
  is_stereo_ = is_stereo_ && channels == 2;
  if (channels_.size() < channels) channels_.resize(channels);
  for (auto& channel : channels_) channel.run = 0;
}

void SourceMeter::push(std::span<const std::span<const float>> channels) {
  if (channels.empty() || channels[0].empty()) return;
  float peak = 0;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const auto measures = measures_of(channels[c]);
    auto& channel = channels_[c];
    channel.sum += measures.sum;
    channel.energy += measures.energy;
    channel.samples += channels[c].size();
    peak = std::max(peak, measures.peak);
    if (measures.peak >= kFullScale)
      count_clipped(channel, channels[c]);
    else
      channel.run = 0;
  }
  if (is_stereo_) product_ += product_of(channels[0], channels[1]);
  if (peak > Source::kSilence) find_sound(channels);
  cutoff_.push(channels[0], channels.size() > 1 ? channels[1] : channels[0]);
  samples_ += channels[0].size();
}

void SourceMeter::count_clipped(Channel& channel, std::span<const float> samples) {
  for (const float sample : samples) {
    constexpr float kSame = 1e-4F;
    const bool is_full = std::abs(sample) >= kFullScale;
    const bool goes_on = channel.run > 0 && std::abs(sample - channel.last) < kSame;
    channel.run = !is_full ? 0 : goes_on ? channel.run + 1 : 1;
    channel.last = sample;
    if (channel.run == kClippedRun) ++clipped_runs_;
  }
}

void SourceMeter::find_sound(std::span<const std::span<const float>> channels) {
  auto first = channels[0].size();
  std::size_t end = 0;
  for (const auto channel : channels) {
    if (first_sound_s_ < 0) {
      const auto found = std::find_if(channel.begin(), channel.end(), is_sound);
      first = std::min(first, static_cast<std::size_t>(found - channel.begin()));
    }
    const auto last = std::find_if(channel.rbegin(), channel.rend(), is_sound);
    end = std::max(end, static_cast<std::size_t>(channel.rend() - last));
  }
  const auto at_s = [&](std::size_t sample) {
    return begun_s_ + static_cast<double>(samples_ + sample) / sample_rate_hz_;
  };
  if (first_sound_s_ < 0) first_sound_s_ = at_s(first);
  last_sound_end_s_ = at_s(end);
}

Source SourceMeter::source() const {
  Source source;
  if (sample_rate_hz_ == 0) return source;
  const double duration_s = begun_s_ + static_cast<double>(samples_) / sample_rate_hz_;
  source.start_silence_s = first_sound_s_ < 0 ? duration_s : first_sound_s_;
  source.end_silence_s = std::max(duration_s - last_sound_end_s_, 0.0);
  source.clipped_runs = clipped_runs_;
  for (const auto& channel : channels_) {
    if (channel.samples > 0)
      source.dc_offset =
          std::max(source.dc_offset, std::abs(channel.sum) / static_cast<double>(channel.samples));
  }
  const auto cutoff = cutoff_.cutoff();
  source.cutoff_hz = cutoff.hz;
  source.cutoff_db = cutoff.db;
  if (!is_stereo_ || channels_.size() != 2) return source;
  const double left = channels_[0].energy, right = channels_[1].energy;
  if (left + right <= 0) return source;
  source.balance_db = ratio_db(left, right);
  const double mid = left + right + 2 * product_, side = left + right - 2 * product_;
  // Rounding may leave a little less than nothing.
  source.width_db = ratio_db(std::max(side, 0.0), std::max(mid, 0.0));
  if (left > 0 && right > 0)
    source.correlation = std::clamp(product_ / std::sqrt(left * right), -1.0, 1.0);
  return source;
}

}  // namespace aura::audio
