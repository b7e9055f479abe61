#include "aura/dsp/frame_analyser.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "aura/dsp/window.h"
#include "fill_blocks.h"

namespace aura::dsp {
FrameAnalyser::FrameAnalyser(int sample_rate_hz, std::size_t n_fft, std::size_t hop_length,
                             std::size_t bands, const Lanes& lanes)
    : lanes_(lanes),
      n_fft_(n_fft),
      hop_length_(hop_length),
      hops_per_frame_(n_fft / hop_length),
      window_(periodic_hann(static_cast<Eigen::Index>(n_fft))),
      fft_(n_fft),
      hop_(1 + hop_length, 0.0F),
      hop_stride_(lanes.floats + hops_per_frame_),
      hop_columns_(hop_length, hop_stride_),
      values_(n_fft * lanes.doubles),
      power_(n_fft / 2 + 1, lanes.floats),
      magnitude_(n_fft / 2 + 1, lanes.floats),
      mel_(bands, lanes.floats),
      mel_db_(bands, lanes.floats),
      scale_(1, lanes.floats),
      doublings_(1, lanes.floats),
      centroid_(1, lanes.floats),
      rolloff_(1, lanes.floats),
      zcr_(lanes.floats),
      rms_(lanes.floats) {
  assert(n_fft % hop_length == 0 && hops_per_frame_ >= 2);
  for (const auto& [first_bin, weights] : mel_filterbank(sample_rate_hz, n_fft, bands)) {
    mel_bands_.push_back({static_cast<std::uint32_t>(first_bin),
                          static_cast<std::uint32_t>(weights.size()), nullptr});
    for (const double weight : weights) mel_weights_.push_back(static_cast<float>(weight));
  }
  const float* weights = mel_weights_.data();
  for (auto& band : mel_bands_) {
    band.weights = weights;
    weights += band.bins;
  }
  // The first frame's first half lies before the signal.
  hops_.reserve(hop_stride_);
  hops_.resize(hops_per_frame_ / 2);
}

void FrameAnalyser::push(std::span<const float> samples, const OnGroup& on_group) {
  fill_blocks(samples, hop_, filled_, [&] { end_hop(hop_length_, on_group); });
}

void FrameAnalyser::finish(const OnGroup& on_group) {
  std::fill(hop_.begin() + static_cast<std::ptrdiff_t>(filled_), hop_.end(), 0.0F);
  end_hop(filled_ - 1, on_group);
  std::fill(hop_.begin(), hop_.end(), 0.0F);
  for (std::size_t i = 1; i < hops_per_frame_ / 2; ++i) end_hop(0, on_group);
  if (hops_.size() >= hops_per_frame_) emit(hops_.size() - hops_per_frame_ + 1, on_group);
}

/// Takes over the hop in hop_, whose first `signal_size` samples are the signal's. What lies beyond
/// the signal continues it with its last value, as librosa has it, and so crosses nothing.
void FrameAnalyser::end_hop(std::size_t signal_size, const OnGroup& on_group) {
  const float* samples = hop_.data() + 1;
  Hop hop{};
  if (!started_) hop_.front() = hop_[1];
  hop.measures = lanes_.measure_hop(samples, signal_size);
  hop.leading_crossings = signal_size == 0 ? 0 : lanes_.measure_hop(samples, 1).crossings;
  float* column = hop_columns_.data() + hops_.size();
  for (std::size_t n = 0; n < hop_length_; ++n) column[n * hop_stride_] = samples[n];
  hops_.push_back(hop);

  hop_.front() = hop_.back();
  filled_ = 1;
  started_ = true;
  if (hops_.size() == lanes_.floats + hops_per_frame_ - 1) emit(lanes_.floats, on_group);
}

/// Measures the first `frames` frames of the group, hands them on, and keeps the hops that later
/// frames reach back to.
void FrameAnalyser::emit(std::size_t frames, const OnGroup& on_group) {
  for (std::size_t i = 0; i < frames; ++i) {
    float peak = 0;
    double energy = 0;
    std::uint32_t crossings = 0;
    for (std::size_t j = i; j < i + hops_per_frame_; ++j) {
      peak = std::max(peak, hops_[j].measures.peak);
      energy += hops_[j].measures.energy;
      crossings += hops_[j].measures.crossings;
    }
    crossings -= hops_[i].leading_crossings;
    zcr_[i] = crossings / static_cast<double>(n_fft_);
    rms_[i] = std::sqrt(energy / static_cast<double>(n_fft_));
    // 2^126 is the largest scale that single precision has; it lifts even the least of its numbers
    // to where squares are safe.
    const int exponent = peak > 0 ? std::max(std::ilogb(peak), -126) : 0;
    scale_.data()[i] = std::ldexp(1.0F, -exponent);
    doublings_.data()[i] = static_cast<float>(2 * exponent);
  }

  lanes_.power_spectra(fft_.plan(), hop_columns_.data(), hop_length_, hop_stride_, window_.data(),
                       scale_.data(), values_.data(), power_.data());
  lanes_.measure_spectra(power_.data(), n_fft_ / 2 + 1, magnitude_.data(), centroid_.data(),
                         rolloff_.data());
  lanes_.mel_bands(mel_bands_.data(), mel_bands_.size(), power_.data(), doublings_.data(),
                   mel_.data(), mel_db_.data());
  on_group({frames, lanes_.floats, power_.view(), magnitude_.view(), mel_.view(), mel_db_.view(),
            doublings_.view(), centroid_.view(), rolloff_.view(), zcr_, rms_});

  hops_.erase(hops_.begin(), hops_.begin() + static_cast<std::ptrdiff_t>(frames));
  for (std::size_t n = 0; n < hop_length_; ++n) {
    float* row = hop_columns_.data() + n * hop_stride_;
    std::copy_n(row + frames, hops_.size(), row);
  }
}

}  // namespace aura::dsp
