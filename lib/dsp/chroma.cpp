#include "aura/dsp/chroma.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>

#include "aura/dsp/framing.h"
#include "aura/dsp/window.h"
#include "fill_blocks.h"

namespace aura::dsp {
namespace {

/// Notes of interest end at 2.2 kHz, so a quarter of the samples tells as much for a quarter of the
/// work.
constexpr float kRateHz = static_cast<float>(kSampleRateHz) / Decimator::kBy;
constexpr std::size_t kTaps = Decimator::kTaps;
constexpr double kCutoffHz = 2400;
/// 0.37 s: semitones are told apart from 60 Hz up.
constexpr std::size_t kBlock = 2048;
static_assert(kBlock % Decimator::kOutputs == 0);
constexpr float kBinHz = kRateHz / kBlock;
constexpr std::size_t kFirstBin = 22;  // 60 Hz
constexpr std::size_t kLastBin = 817;  // 2,200 Hz
constexpr int kMostPeaks = (kLastBin - kFirstBin) / 2 + 1;
using PerPeak = Eigen::Array<float, Eigen::Dynamic, 1, Eigen::ColMajor, kMostPeaks, 1>;
/// Of a block's highest peak: 50 dB.
constexpr float kLeastPower = 1e-5F;
/// 115 dB below a sine at full scale.
constexpr float kSilence = 1e-6F;
/// A partial is heard as its note's first harmonic, or less and less as another note's second,
/// third or fourth. Octaves are of one pitch class.
constexpr double kHarmonicDecay = 0.6;
constexpr double kOfOctaves = 1 + kHarmonicDecay + kHarmonicDecay * kHarmonicDecay * kHarmonicDecay;
constexpr double kOfThird = kHarmonicDecay * kHarmonicDecay;
constexpr double kThirdHarmonic = 19.01955 - 12;  // semitones up, less an octave
constexpr float kPitchOfA = 69;  // as MIDI numbers it, so that C is a multiple of 12
constexpr float kHzOfA = 440;
/// Where the pitch of A can't be heard it is taken for 440 Hz: this share of all peaks votes for
/// it.
constexpr double kVoteForUsual = 0.02;
/// A tuning is known but for whole semitones. Flat tunings reach further, to A = 425 Hz: music is
/// played at 432 or 426 Hz more often than at 450 Hz.
constexpr double kSharpest = 0.396;

/// A sinc at kCutoffHz under a Hamming window, with a gain of 1 at 0 Hz.
Decimator make_low_pass() {
  std::array<double, kTaps> taps{};
  double sum = 0;
  for (std::size_t i = 0; i < kTaps; ++i) {
    const double x = static_cast<double>(i) - static_cast<double>(kTaps - 1) / 2;
    const double turn = 2 * std::numbers::pi * static_cast<double>(i) / (kTaps - 1);
    taps.at(i) = std::sin(2 * std::numbers::pi * kCutoffHz / kSampleRateHz * x) / x *
                 (0.54 - 0.46 * std::cos(turn));
    sum += taps.at(i);
  }
  Decimator low_pass{};
  std::transform(taps.begin(), taps.end(), std::begin(low_pass.taps),
                 [&](double tap) { return static_cast<float>(tap / sum); });
  return low_pass;
}

/// Where a tenth of a semitone counts: all of it at the note, nothing half way to the next.
struct Share {
  std::size_t pitch_class;
  float weight;
};

Share share_of(double pitch_class, double weight) {
  const double note = std::floor(pitch_class + 0.5);
  const double off = pitch_class - note;
  const double near = 1 - 4 * off * off;
  const int from_below = static_cast<int>(note) + 2 * int{kPitchClasses};
  const auto index = static_cast<std::size_t>(from_below);
  return {index % kPitchClasses, static_cast<float>(weight * near * near)};
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
  fill_blocks(samples, waiting_, heard_, [this] { decimate(Decimator::kOutputs); });
}

/// Takes over the first `outputs` that the waiting samples come to.
void ChromaExtractor::decimate(std::size_t outputs) {
  lanes_.decimate(low_pass_, waiting_.data(), decimated_.data());
  // A block is made of whole decimations, so all are of one.
  float* block = &blocks_[filled_ % kBlock * lanes_.floats + filled_ / kBlock];
  for (std::size_t i = 0; i < outputs; ++i) block[i * lanes_.floats] = decimated_[i];
  filled_ += outputs;
  if (filled_ == blocks_.size()) {
    analyse_blocks(lanes_.floats);
    filled_ = 0;
  }
  heard_ -= Decimator::kBy * outputs;
  std::copy_n(waiting_.begin() + static_cast<std::ptrdiff_t>(Decimator::kBy * outputs), heard_,
              waiting_.begin());
}

TunedChroma ChromaExtractor::finish() {
  if (heard_ >= kTaps) decimate((heard_ - kTaps) / Decimator::kBy + 1);
  analyse_blocks(filled_ / kBlock);
  filled_ = 0;

  const double tuning = tuning_semitones();
  std::array<std::array<Share, 2>, kTenths> shares{};
  for (std::size_t i = 0; i < kTenths; ++i) {
    const double pitch_class = static_cast<double>(i) / 10 - tuning;
    shares[i] = {share_of(pitch_class, kOfOctaves),
                 share_of(pitch_class - kThirdHarmonic, kOfThird)};
  }
  TunedChroma result{kHzOfA * std::exp2(tuning / 12), {}};
  result.blocks.reserve(tenths_.size());
  for (const auto& tenths : tenths_) {
    auto& chroma = result.blocks.emplace_back();
    for (std::size_t i = 0; i < kTenths; ++i) {
      for (const auto& [pitch_class, weight] : shares[i])
        chroma[pitch_class] += weight * static_cast<float>(tenths[i]);
    }
    const float most = *std::max_element(chroma.begin(), chroma.end());
    if (most <= 0) continue;
    for (float& strength : chroma) strength /= most;
  }
  return result;
}

/// How far the track's notes lie above those of A = 440 Hz.
double ChromaExtractor::tuning_semitones() const {
  const double off = std::atan2(off_sin_, off_cos_ + kVoteForUsual * off_length_);
  const double semitones = off / (2 * std::numbers::pi);
  return semitones > kSharpest ? semitones - 1 : semitones;
}

void ChromaExtractor::analyse_blocks(std::size_t count) {
  lanes_.power_spectra(fft_.plan(), blocks_.data(), kBlock, lanes_.floats, window_.data(),
                       scale_.data(), values_.data(), power_.data());
  for (std::size_t block = 0; block < count; ++block) add_block(block);
}

void ChromaExtractor::add_block(std::size_t block) {
  auto& tenths = tenths_.emplace_back();
  std::array<float, kLastBin + 2> power{};
  float highest = 0;
  for (std::size_t k = kFirstBin - 1; k < power.size(); ++k) {
    power[k] = power_[k * lanes_.floats + block];
    highest = std::max(highest, power[k]);
  }
  if (highest < kSilence) return;

  const float least = kLeastPower * highest;
  std::array<std::size_t, kMostPeaks + 1> peaks{};
  Eigen::Index count = 0;
  // Without a branch, which would go the unforeseen way at every other peak.
  for (std::size_t k = kFirstBin; k <= kLastBin; ++k) {
    const bool high = power[k] >= least;
    const bool above_left = power[k] > power[k - 1];
    const bool above_right = power[k] >= power[k + 1];
    peaks[static_cast<std::size_t>(count)] = k;
    count += static_cast<Eigen::Index>(high & above_left & above_right);
  }
  PerPeak bin(count);
  PerPeak here(count);
  PerPeak left(count);
  PerPeak right(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const auto k = peaks[static_cast<std::size_t>(i)];
    bin(i) = static_cast<float>(k);
    here(i) = power[k];
    left(i) = power[k - 1];
    right(i) = power[k + 1];
  }
  // The vertex of the parabola through each peak in dB. It is higher than its left neighbour, so
  // that the sum isn't 0.
  constexpr float kTiny = 1e-30F;
  left = (left / here + kTiny).log();
  right = (right / here + kTiny).log();
  const PerPeak off = 0.5F * (left - right) / (left + right);
  const PerPeak magnitude = here.sqrt() * (-0.125F * (left - right) * off).exp();
  constexpr float kSemitonesPerNeper = 12 / std::numbers::ln2_v<float>;
  const PerPeak pitch = kPitchOfA + kSemitonesPerNeper * ((bin + off) * (kBinHz / kHzOfA)).log();

  constexpr float kTurn = 2 * std::numbers::pi_v<float>;
  const PerPeak length = magnitude.square() / highest;
  off_cos_ += static_cast<double>((length * (kTurn * pitch).cos()).sum());
  off_sin_ += static_cast<double>((length * (kTurn * pitch).sin()).sum());
  off_length_ += static_cast<double>(length.sum());

  // Shared by the two tenths that the pitch lies between.
  std::array<float, kTenths + 1> sums{};
  for (Eigen::Index i = 0; i < count; ++i) {
    const float place = 10 * pitch(i);
    const auto below = static_cast<std::size_t>(place);
    const float rest = place - static_cast<float>(below);
    sums[below % kTenths] += magnitude(i) * (1 - rest);
    sums[below % kTenths + 1] += magnitude(i) * rest;
  }
  sums[0] += sums[kTenths];
  const float most = *std::max_element(sums.begin(), sums.begin() + kTenths);
  if (most <= 0) return;
  constexpr float kFullScale = std::numeric_limits<std::uint16_t>::max();
  for (std::size_t i = 0; i < kTenths; ++i)
    tenths[i] = static_cast<std::uint16_t>(sums[i] / most * kFullScale);
}

}  // namespace aura::dsp
