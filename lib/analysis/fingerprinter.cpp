#include "fingerprinter.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <numbers>

namespace aura::analysis {
namespace {

constexpr int kRateHz = 11'025;  // of Chromaprint

void check(int succeeded) {
  if (succeeded != 1) throw std::bad_alloc();  // it says no more
}

}  // namespace

Fingerprinter::Fingerprinter(int sample_rate_hz)
    : context_(chromaprint_new(CHROMAPRINT_ALGORITHM_DEFAULT)),
      left_(static_cast<std::size_t>(sample_rate_hz) * kFingerprintSeconds),
      halves_(sample_rate_hz == 2 * kRateHz) {
  if (!context_) throw std::bad_alloc();
  check(chromaprint_start(context_.get(), halves_ ? kRateHz : sample_rate_hz, 1));
  if (!halves_) return;
  // A half-band filter, a sinc under a Hann window: 0 at every second tap but the middle one.
  // Chromaprint listens to 28 to 3,520 Hz, and what would be mirrored there lies above 7,505 Hz.
  double sum = 0;
  for (std::size_t i = 0; i < taps_.size(); ++i) {
    const double x = static_cast<double>(2 * i + 1) * std::numbers::pi / 2;
    const double window = 0.5 + 0.5 * std::cos(2 * x / (kReach + 1));
    taps_.at(i) = static_cast<float>(std::sin(x) / x * window);
    sum += 2 * taps_.at(i);
  }
  for (float& tap : taps_) tap = static_cast<float>(tap / (2 * sum));
  waiting_.assign(kReach, 0.0F);
}

void Fingerprinter::push(std::span<const float> samples) {
  samples = samples.first(std::min(samples.size(), left_));
  left_ -= samples.size();
  if (samples.empty()) return;
  if (halves_) {
    halve(samples);
  } else {
    feed(samples);
  }
}

/// Chromaprint's own resampler takes three times what all the rest of it takes.
void Fingerprinter::halve(std::span<const float> samples) {
  waiting_.insert(waiting_.end(), samples.begin(), samples.end());
  constexpr std::size_t kTaps = 2 * kReach + 1;
  if (waiting_.size() < kTaps) return;
  halved_.resize((waiting_.size() - kTaps) / 2 + 1);
  for (std::size_t i = 0; i < halved_.size(); ++i) {
    const float* middle = &waiting_[2 * i + kReach];
    float value = middle[0] / 2;
    for (std::size_t k = 0; k < taps_.size(); ++k)
      value += taps_[k] * (middle[2 * k + 1] + *(middle - (2 * k + 1)));
    halved_[i] = value;
  }
  waiting_.erase(waiting_.begin(),
                 waiting_.begin() + static_cast<std::ptrdiff_t>(2 * halved_.size()));
  feed(halved_);
}

void Fingerprinter::feed(std::span<const float> samples) {
  block_.resize(samples.size());
  std::transform(samples.begin(), samples.end(), block_.begin(), [](float sample) {
    // Rounds like std::lround(), which would be a call.
    const float value = std::clamp(sample, -1.0F, 1.0F) * 32'767;
    return static_cast<std::int16_t>(value + std::copysign(0.5F, value));
  });
  check(chromaprint_feed(context_.get(), block_.data(), static_cast<int>(block_.size())));
}

Fingerprint Fingerprinter::finish() {
  check(chromaprint_finish(context_.get()));
  std::uint32_t* items = nullptr;
  int count = 0;
  check(chromaprint_get_raw_fingerprint(context_.get(), &items, &count));
  const std::unique_ptr<std::uint32_t, void (*)(std::uint32_t*)> owner(
      items, [](std::uint32_t* memory) { chromaprint_dealloc(memory); });
  return {{items, items + count}};
}

}  // namespace aura::analysis
