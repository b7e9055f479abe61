#include "cutoff_meter.h"

#include <algorithm>
#include <cmath>

#include "aura/audio/source.h"
#include "aura/dsp/window.h"

namespace aura::audio {
namespace {

constexpr std::size_t kLeastWindows = 20;
constexpr int kWindowsPerSecond = 2;
constexpr std::size_t kBandBins = 8;  // some 170 Hz
/// The bands of the kilohertz that must sound below the fall: single tones have falls too.
constexpr std::size_t kBelow = 6;
/// The bands that the fall itself may take.
constexpr std::size_t kFall = 3;

/// About 46 ms, so that a bin is 20 to 25 Hz wide at the usual rates.
std::size_t window_size(int sample_rate_hz) {
  constexpr std::size_t kLeast = 256, kMost = 16'384, kPerSecond = 25;
  auto size = kLeast;
  while (size * kPerSecond < static_cast<std::size_t>(sample_rate_hz) && size < kMost) size *= 2;
  return size;
}

}  // namespace

void CutoffMeter::begin(int sample_rate_hz) {
  if (sample_rate_hz_ == 0) {
    const auto size = window_size(sample_rate_hz);
    sample_rate_hz_ = sample_rate_hz;
    fft_.emplace(size);
    const auto hann = dsp::periodic_hann(static_cast<Eigen::Index>(size));
    window_.assign(hann.begin(), hann.end());
    samples_.resize(size);
    spectrum_.resize(size);
    power_.assign(size / 2, 0);
  }
  counts_ = sample_rate_hz == sample_rate_hz_;
  filled_ = 0;
}

void CutoffMeter::push(std::span<const float> left, std::span<const float> right) {
  if (!counts_) return;
  for (std::size_t done = 0; done < left.size();) {
    const auto rest = left.size() - done;
    if (to_skip_ > 0) {
      const auto count = std::min(rest, to_skip_);
      to_skip_ -= count;
      done += count;
      continue;
    }
    const auto count = std::min(rest, samples_.size() - filled_);
    for (std::size_t i = 0; i < count; ++i) {
      // Two real signals in one transform.
      samples_[filled_ + i] = {static_cast<double>(left[done + i]),
                               static_cast<double>(right[done + i])};
    }
    filled_ += count;
    done += count;
    if (filled_ == samples_.size()) transform();
  }
}

void CutoffMeter::transform() {
  const auto size = samples_.size();
  for (std::size_t i = 0; i < size; ++i) samples_[i] *= window_[i];
  fft_->forward(samples_, spectrum_);
  // Of a bin and its mirror image: the power of both signals, twice.
  for (std::size_t k = 1; k < power_.size(); ++k)
    power_[k] += std::norm(spectrum_[k]) + std::norm(spectrum_[size - k]);
  ++windows_;
  filled_ = 0;
  const auto step = static_cast<std::size_t>(sample_rate_hz_ / kWindowsPerSecond);
  to_skip_ = step > size ? step - size : 0;
}

CutoffMeter::Cutoff CutoffMeter::cutoff() const {
  if (windows_ < kLeastWindows) return {};
  std::vector<double> level_db;
  for (std::size_t begin = 0; begin + kBandBins <= power_.size(); begin += kBandBins) {
    double power = 0;
    for (std::size_t bin = begin; bin < begin + kBandBins; ++bin) power += power_[bin];
    constexpr double kLeast = 1e-12;  // less than the steps of 24 bits have
    const double mean = power / static_cast<double>(kBandBins * windows_);
    level_db.push_back(10 * std::log10(std::max(mean, kLeast)));
  }
  const double band_hz =
      static_cast<double>(kBandBins) * sample_rate_hz_ / static_cast<double>(samples_.size());
  Cutoff steepest;
  double above = -1000;
  // From the top: `above` is the highest level from band i + kFall on.
  for (std::size_t i = level_db.size(); i-- > kBelow;) {
    if (i + kFall >= level_db.size()) continue;
    above = std::max(above, level_db[i + kFall]);
    const double hz = static_cast<double>(i) * band_hz;
    if (hz < Source::kLeastCutoffHz) break;
    const auto at = level_db.begin() + static_cast<std::ptrdiff_t>(i);
    const double fall = *std::min_element(at - kBelow, at) - above;
    if (fall > steepest.db) steepest = {hz, fall};
  }
  return steepest;
}

}  // namespace aura::audio
