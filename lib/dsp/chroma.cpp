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
constexpr float kRateHz = 22050.0F / kDecimation;
constexpr std::size_t kTaps = 32;
constexpr double kCutoffHz = 2400;
/// 0.37 s: semitones are told apart from 60 Hz up.
constexpr std::size_t kBlock = 2048;
constexpr float kBinHz = kRateHz / kBlock;
constexpr std::size_t kFirstBin = 22;  // 60 Hz
constexpr std::size_t kLastBin = 817;  // 2,200 Hz
/// Of a block's highest peak: 50 dB.
constexpr float kLeastPower = 1e-5F;
/// 115 dB below a sine at full scale.
constexpr float kSilence = 1e-6F;
/// A partial is heard as its note's first harmonic, or less and less as another note's second,
/// third or fourth. Octaves are of one pitch class.
constexpr float kHarmonicDecay = 0.6F;
constexpr float kOfOctaves = 1 + kHarmonicDecay + kHarmonicDecay * kHarmonicDecay * kHarmonicDecay;
constexpr float kOfThird = kHarmonicDecay * kHarmonicDecay;
constexpr float kThirdHarmonic = 19.01955F;  // semitones up
constexpr float kPitchOfA = 69;              // as MIDI numbers it, so that C is a multiple of 12
constexpr float kHzOfA = 440;

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
void add_partial(Chroma& chroma, float pitch, float magnitude) {
  const auto note = std::lround(pitch);
  const float off = pitch - static_cast<float>(note);
  const float near = 1 - 4 * off * off;
  chroma[static_cast<std::size_t>(note) % kPitchClasses] +=
      static_cast<double>(magnitude * near * near);
}

}  // namespace

ChromaExtractor::ChromaExtractor(const Lanes& lanes)
    : lanes_(lanes),
      low_pass_(make_low_pass()),
      window_(periodic_hann(kBlock)),
      fft_(kBlock),
      blocks_(kBlock * lanes.floats),
      scale_(lanes.floats, 1.0F),
      values_(kBlock * lanes.doubles),
      power_((kBlock / 2 + 1) * lanes.floats) {}

void ChromaExtractor::push(std::span<const float> samples) {
  constexpr std::size_t kAtATime = 2048;
  const Eigen::Map<const Eigen::ArrayXf> taps(low_pass_.data(), kTaps);
  while (!samples.empty()) {
    const auto part = samples.first(std::min(samples.size(), kAtATime));
    samples = samples.subspan(part.size());
    waiting_.insert(waiting_.end(), part.begin(), part.end());
    std::size_t at = 0;
    for (; at + kTaps <= waiting_.size(); at += kDecimation) {
      const Eigen::Map<const Eigen::ArrayXf> heard(waiting_.data() + at, kTaps);
      blocks_[filled_ % kBlock * lanes_.floats + filled_ / kBlock] = (heard * taps).sum();
      if (++filled_ == blocks_.size()) {
        analyse_blocks(lanes_.floats);
        filled_ = 0;
      }
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

Chroma ChromaExtractor::chroma() {
  analyse_blocks(filled_ / kBlock);
  filled_ = 0;
  return sum_;
}

void ChromaExtractor::analyse_blocks(std::size_t count) {
  lanes_.power_spectra(fft_.plan(), blocks_.data(), kBlock, lanes_.floats, window_.data(),
                       scale_.data(), values_.data(), power_.data());
  for (std::size_t block = 0; block < count; ++block) add_block(block);
}

void ChromaExtractor::add_block(std::size_t block) {
  std::array<float, kLastBin + 2> power{};
  float highest = 0;
  for (std::size_t k = kFirstBin - 1; k < power.size(); ++k) {
    power[k] = power_[k * lanes_.floats + block];
    highest = std::max(highest, power[k]);
  }
  if (highest < kSilence) return;

  const float least = kLeastPower * highest;
  Chroma chroma{};
  for (std::size_t k = kFirstBin; k <= kLastBin; ++k) {
    const float here = power[k];
    if (here < least || here <= power[k - 1] || here < power[k + 1]) continue;
    // The vertex of the parabola through the peak in dB. It is higher than its left neighbour, so
    // that the sum isn't 0.
    constexpr float kTiny = 1e-30F;
    const float left = std::log(power[k - 1] / here + kTiny);
    const float right = std::log(power[k + 1] / here + kTiny);
    const float off = 0.5F * (left - right) / (left + right);
    const float magnitude = std::sqrt(here) * std::exp(-0.125F * (left - right) * off);
    const float pitch =
        kPitchOfA + 12 * std::log2((static_cast<float>(k) + off) * (kBinHz / kHzOfA));
    add_partial(chroma, pitch, kOfOctaves * magnitude);
    add_partial(chroma, pitch - kThirdHarmonic, kOfThird * magnitude);
  }
  const double most = *std::max_element(chroma.begin(), chroma.end());
  if (most <= 0) return;
  for (std::size_t i = 0; i < kPitchClasses; ++i) sum_[i] += chroma[i] / most;
}

}  // namespace aura::dsp
