#include "aura/models/separator.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <memory>
#include <numbers>
#include <utility>

#include "aura/dsp/window.h"

namespace aura::models {
namespace {

constexpr std::size_t kChannels = Unet::kChannels;
constexpr std::size_t kBins = Unet::kBins;
constexpr std::size_t kFft = Separator::kFftSize;
constexpr std::size_t kHop = Separator::kHopLength;
constexpr std::size_t kSide = FourierTables::kSide;
static_assert(kFft == FourierTables::kSize);
/// Samples that a segment gives, and that its frames take: the last ones take part in the next.
constexpr std::size_t kSegment = Spleeter::kFrames * kHop;
constexpr std::size_t kOverlap = kFft - kHop;
constexpr std::size_t kSegmentInput = kSegment + kOverlap;
/// Zeros before a track, as in the original.
constexpr std::size_t kBefore = kFft;
/// What squared windows of 4 frames add up to is 3/2.
constexpr float kBackScale = 2.0F / 3 / kFft;
/// The mean power of a frame's samples below which it is silent: -70 dB of full scale.
constexpr double kSilent = 1e-7;

std::vector<float> hann() {
  const Eigen::ArrayXf window = dsp::periodic_hann(kFft).cast<float>();
  return {window.begin(), window.end()};
}

/// exp(-2 pi i `numerator` / kFft).
std::complex<double> root(std::size_t numerator) {
  return std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(numerator) / kFft);
}

std::vector<float> roots() {
  std::vector<float> roots;
  for (std::size_t a = 0; a < 8; ++a) {
    for (std::size_t c = 0; c < 8; ++c) {
      const auto value = root(a * c * kSide);
      roots.push_back(static_cast<float>(value.real()));
      roots.push_back(static_cast<float>(value.imag()));
    }
  }
  return roots;
}

std::vector<float> turns() {
  std::vector<float> turns(2 * kFft);
  for (std::size_t i = 0; i < kFft; ++i) {
    const auto value = root(i / kSide * (i % kSide));
    turns[i] = static_cast<float>(value.real());
    turns[kFft + i] = static_cast<float>(value.imag());
  }
  return turns;
}

double power_of_db(double db) {
  return std::pow(10.0, db / 10);
}

Separator::FindVoice finder(const Spleeter& model) {
  const auto scratch = std::make_shared<Spleeter::Scratch>(Spleeter::kFrames);
  return [&model, scratch](std::span<const float> magnitudes, std::span<float> mask) {
    model.run(magnitudes, *scratch, mask);
  };
}

}  // namespace

VoiceShare& VoiceShare::operator+=(const VoiceShare& other) noexcept {
  sounding += other.sounding;
  sung += other.sung;
  voice += other.voice;
  rest += other.rest;
  return *this;
}

double VoiceShare::share() const noexcept {
  return sounding == 0 ? 0 : static_cast<double>(sung) / static_cast<double>(sounding);
}

double VoiceShare::level_db() const noexcept {
  constexpr double kMostDb = 100;
  if (voice <= 0) return -kMostDb;
  if (rest <= 0) return kMostDb;
  return std::clamp(10 * std::log10(voice / rest), -kMostDb, kMostDb);
}

Separator::Separator(const Spleeter& model) : Separator(finder(model), model.lanes()) {}

Separator::Separator(FindVoice find_voice, const Lanes& lanes)
    : find_voice_(std::move(find_voice)),
      lanes_(lanes),
      window_(hann()),
      roots_(roots()),
      turns_(turns()),
      re_(kFft),
      im_(kFft),
      samples_(kChannels * kSegmentInput),
      vocals_(kChannels * kSegmentInput),
      spectra_(Spleeter::kSegment),
      magnitudes_(Spleeter::kSegment),
      mask_(Spleeter::kSegment),
      pushed_(kChannels * kBefore) {}

void Separator::push(std::span<const float> samples, const OnStems& on_stems) {
  assert(samples.size() % kChannels == 0);
  while (!samples.empty()) {
    const std::size_t count = std::min(samples.size(), samples_.size() - pushed_);
    std::copy_n(samples.begin(), count, samples_.begin() + static_cast<std::ptrdiff_t>(pushed_));
    pushed_ += count;
    samples = samples.subspan(count);
    if (pushed_ == samples_.size()) separate(Spleeter::kFrames, kSegment, on_stems);
  }
}

void Separator::finish(const OnStems& on_stems) {
  if (is_first_ && pushed_ == kChannels * kBefore) return;
  while (pushed_ > 0) {
    std::fill(samples_.begin() + static_cast<std::ptrdiff_t>(pushed_), samples_.end(), 0.0F);
    const std::size_t left = pushed_ / kChannels;
    separate(std::min((left + kHop - 1) / kHop, Spleeter::kFrames), std::min(left, kSegment),
             on_stems);
  }
}

/// Separates the segment in samples_, of which the first `frames` count. Hands over its first
/// `samples` and moves on by a segment.
void Separator::separate(std::size_t frames, std::size_t samples, const OnStems& on_stems) {
  // Frames beyond the end are silent to the networks, as in the original.
  std::fill(magnitudes_.begin() + static_cast<std::ptrdiff_t>(frames * Unet::kRow),
            magnitudes_.end(), 0.0F);
  for (std::size_t frame = 0; frame < frames; ++frame) transform(frame);
  find_voice_(magnitudes_, mask_);
  VoiceShare voice;
  for (std::size_t frame = 0; frame < frames; ++frame) mask_and_add(frame, voice);

  const std::size_t first = kChannels * (std::exchange(is_first_, false) ? kBefore : 0);
  const std::size_t size = kChannels * samples;
  for (std::size_t i = first; i < size; ++i) samples_[i] -= vocals_[i];
  on_stems({.vocals = std::span(vocals_).subspan(first, size - first),
            .accompaniment = std::span(samples_).subspan(first, size - first),
            .voice = voice});

  constexpr std::ptrdiff_t kKept = kChannels * kSegment;
  std::copy(samples_.begin() + kKept, samples_.end(), samples_.begin());
  std::copy(vocals_.begin() + kKept, vocals_.end(), vocals_.begin());
  std::fill(vocals_.begin() + kChannels * kOverlap, vocals_.end(), 0.0F);
  pushed_ -= std::min<std::size_t>(pushed_, kKept);
}

void Separator::fourier() {
  lanes_.fourier({.roots = roots_.data(), .turns = turns_.data()}, re_.data(), im_.data());
}

/// Both channels in one transform: the left one as real, the right one as imaginary part.
void Separator::transform(std::size_t frame) {
  const float* samples = samples_.data() + kChannels * kHop * frame;
  for (std::size_t n = 0; n < kFft; ++n) {
    re_[n] = samples[2 * n] * window_[n];
    im_[n] = samples[2 * n + 1] * window_[n];
  }
  fourier();
  Complex* left = spectra_.data() + Unet::kRow * frame;
  Complex* right = left + kBins;
  left[0] = re_[0];
  right[0] = im_[0];
  for (std::size_t k = 1; k < kBins; ++k) {
    const std::size_t mirrored = kFft - k;
    left[k] = {(re_[k] + re_[mirrored]) / 2, (im_[k] - im_[mirrored]) / 2};
    right[k] = {(im_[k] + im_[mirrored]) / 2, (re_[mirrored] - re_[k]) / 2};
  }
  float* magnitudes = magnitudes_.data() + Unet::kRow * frame;
  for (std::size_t k = 0; k < Unet::kRow; ++k) magnitudes[k] = std::sqrt(std::norm(left[k]));
}

/// Adds the vocals of a frame to vocals_, and to `voice` what the mask says of it.
void Separator::mask_and_add(std::size_t frame, VoiceShare& voice) {
  Complex* left = spectra_.data() + Unet::kRow * frame;
  const float* mask = mask_.data() + Unet::kRow * frame;
  double vocals = 0;
  double rest = 0;
  for (std::size_t k = 0; k < Unet::kRow; ++k) {
    const Complex masked = left[k] * mask[k];
    vocals += std::norm(masked);
    rest += std::norm(left[k] - masked);
    left[k] = masked;
  }
  // By Parseval, of the half of the bins that is not mirrored, with a window whose square has the
  // mean 3/8.
  constexpr double kPowerScale = 2.0 / (3.0 / 8 * kFft * kFft * kChannels);
  if ((vocals + rest) * kPowerScale > kSilent) {
    ++voice.sounding;
    if (vocals > rest * power_of_db(VoiceShare::kSungDb)) {
      ++voice.sung;
      voice.voice += vocals;
      voice.rest += rest;
    }
  }
  transform_back(frame);
}

void Separator::transform_back(std::size_t frame) {
  const Complex* left = spectra_.data() + Unet::kRow * frame;
  const Complex* right = left + kBins;
  std::fill(re_.begin(), re_.end(), 0.0F);
  std::fill(im_.begin(), im_.end(), 0.0F);
  re_[0] = right[0].real();
  im_[0] = left[0].real();
  // The sum of both, with its real and imaginary parts exchanged: the transform is then its own
  // inverse, with those of the result exchanged.
  for (std::size_t k = 1; k < kBins; ++k) {
    re_[k] = left[k].imag() + right[k].real();
    im_[k] = left[k].real() - right[k].imag();
    re_[kFft - k] = right[k].real() - left[k].imag();
    im_[kFft - k] = left[k].real() + right[k].imag();
  }
  fourier();
  float* vocals = vocals_.data() + kChannels * kHop * frame;
  for (std::size_t n = 0; n < kFft; ++n) {
    const float weight = window_[n] * kBackScale;
    vocals[2 * n] += im_[n] * weight;
    vocals[2 * n + 1] += re_[n] * weight;
  }
}

}  // namespace aura::models
