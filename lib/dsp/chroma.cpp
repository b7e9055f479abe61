#include "aura/dsp/chroma.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "aura/dsp/window.h"

namespace aura::dsp {
namespace {

/// Notes of interest end at 2.2 kHz, so a quarter of the samples tells as much for a quarter of the
/// work.
constexpr std::size_t kDecimation = 4;
constexpr double kRateHz = 22050.0 / kDecimation;
constexpr std::size_t kTaps = 48;
constexpr double kCutoffHz = 2400;
/// 0.37 s: semitones are told apart from 60 Hz up.
constexpr std::size_t kBlock = 2048;
constexpr double kBinHz = kRateHz / kBlock;
constexpr std::size_t kFirstBin = 22;  // 60 Hz
constexpr std::size_t kLastBin = 817;  // 2,200 Hz
/// Of a block's highest peak: 50 dB.
constexpr double kLeastPower = 1e-5;
/// 115 dB below a sine at full scale.
constexpr double kSilence = 1e-6;
constexpr int kHarmonics = 4;
constexpr double kHarmonicDecay = 0.6;
constexpr double kPitchOfA = 69;  // as MIDI numbers it, so that C is a multiple of 12

/// A sinc at kCutoffHz under a Hamming window, with a gain of 1 at 0 Hz.
std::vector<float> make_low_pass() {
  std::vector<double> taps(kTaps);
  double sum = 0;
  for (std::size_t i = 0; i < kTaps; ++i) {
    const double x = static_cast<double>(i) - static_cast<double>(kTaps - 1) / 2;
    const double turn = 2 * std::numbers::pi * static_cast<double>(i) / (kTaps - 1);
    taps[i] =
        std::sin(2 * std::numbers::pi * kCutoffHz / 22050 * x) / x * (0.54 - 0.46 * std::cos(turn));
    sum += taps[i];
  }
  std::vector<float> low_pass(kTaps);
  std::transform(taps.begin(), taps.end(), low_pass.begin(),
                 [&](double tap) { return static_cast<float>(tap / sum); });
  return low_pass;
}

/// Adds a partial of the given pitch to the class it lies near: all of it at the note, nothing half
/// way to the next.
void add_partial(Chroma& chroma, double pitch, double magnitude) {
  const double note = std::round(pitch);
  const double off = pitch - note;
  const double near = 1 - 4 * off * off;
  chroma[static_cast<std::size_t>(note) % kPitchClasses] += magnitude * near * near;
}

}  // namespace

ChromaExtractor::ChromaExtractor()
    : low_pass_(make_low_pass()), fft_(kBlock), blocks_(kBlock), bins_(kBlock), power_(kBlock / 2) {
  const Eigen::ArrayXd window = periodic_hann(kBlock);
  window_.assign(window.begin(), window.end());
}

void ChromaExtractor::push(std::span<const float> samples) {
  constexpr std::size_t kAtATime = 8192;
  const Eigen::Map<const Eigen::ArrayXf> taps(low_pass_.data(), kTaps);
  while (!samples.empty()) {
    const auto part = samples.first(std::min(samples.size(), kAtATime));
    samples = samples.subspan(part.size());
    waiting_.insert(waiting_.end(), part.begin(), part.end());
    std::size_t at = 0;
    for (; at + kTaps <= waiting_.size(); at += kDecimation) {
      const Eigen::Map<const Eigen::ArrayXf> heard(waiting_.data() + at, kTaps);
      const auto value = static_cast<double>((heard * taps).sum());
      if (filled_ < kBlock) {
        blocks_[filled_] = value * window_[filled_];
      } else {
        blocks_[filled_ - kBlock].imag(value * window_[filled_ - kBlock]);
      }
      if (++filled_ == 2 * kBlock) analyse_blocks();
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

void ChromaExtractor::analyse_blocks() {
  fft_.forward(blocks_, bins_);
  add_block(false);
  add_block(true);
  filled_ = 0;
}

void ChromaExtractor::add_block(bool second) {
  // The transform of two real signals at once: the even part of its spectrum is the first's, the
  // odd part the second's.
  double highest = 0;
  for (std::size_t k = kFirstBin - 1; k <= kLastBin + 1; ++k) {
    const auto mirrored = std::conj(bins_[kBlock - k]);
    power_[k] = std::norm(second ? bins_[k] - mirrored : bins_[k] + mirrored) / 4;
    highest = std::max(highest, power_[k]);
  }
  if (highest < kSilence) return;

  Chroma block{};
  for (std::size_t k = kFirstBin; k <= kLastBin; ++k) {
    const double here = power_[k];
    if (here < kLeastPower * highest || here <= power_[k - 1] || here < power_[k + 1]) continue;
    // The vertex of the parabola through the peak in dB.
    constexpr double kTiny = 1e-30;
    const double left = std::log(power_[k - 1] + kTiny);
    const double middle = std::log(here);
    const double right = std::log(power_[k + 1] + kTiny);
    const double off = 0.5 * (left - right) / (left - 2 * middle + right);
    const double frequency_hz = (static_cast<double>(k) + off) * kBinHz;
    double magnitude = std::exp((middle - 0.25 * (left - right) * off) / 2);
    const double pitch = kPitchOfA + 12 * std::log2(frequency_hz / 440);
    for (int harmonic = 1; harmonic <= kHarmonics; ++harmonic) {
      add_partial(block, pitch - 12 * std::log2(harmonic), magnitude);
      magnitude *= kHarmonicDecay;
    }
  }
  const double most = *std::max_element(block.begin(), block.end());
  if (most <= 0) return;
  for (std::size_t i = 0; i < kPitchClasses; ++i) sum_[i] += block[i] / most;
}

}  // namespace aura::dsp
