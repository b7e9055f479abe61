#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "aura/dsp/lanes.h"
#include "aura/dsp/mel_filterbank.h"
#include "aura/dsp/real_fft_tables.h"

namespace aura::dsp {

/// Consecutive frames of a track and what is seen in their spectra. Matrices are [rows][lanes], row
/// after row; frame i is in lane i of each row, and what lies in the lanes beyond `frames` is
/// undefined. All of it holds until the callback that was given it returns.
///
/// Spectra are those of frames that were multiplied by a power of two to be near full scale, so
/// that single precision loses nothing of a fading tail: true power is `power` * 2^`doublings`,
/// which power_at() gives, and magnitude goes by the root of that.
struct FrameGroup {
  std::size_t frames;
  std::size_t lanes;
  std::span<const float> power;  ///< |X[k]|^2, [n_fft / 2 + 1][lanes], of an unscaled transform.
  std::span<const float> magnitude;  ///< Its root.
  std::span<const float> mel;        ///< Mel power, [bands][lanes].
  std::span<const float> mel_db;     ///< The same in true dB, at least -100.
  std::span<const float> doublings;  ///< [lanes], whole and even.
  std::span<const float> centroid;   ///< The magnitude's centre in bins, [lanes]; 0 for silence.
  std::span<const float> rolloff;    ///< The bin up to which 85 % of it lies, [lanes].
  std::span<const double> zcr;       ///< Changes of sign, over n_fft, [lanes].
  std::span<const double> rms;       ///< [lanes].

  double power_at(std::size_t bin, std::size_t frame) const {
    return true_power(power, bin, frame);
  }
  double mel_power_at(std::size_t band, std::size_t frame) const {
    return true_power(mel, band, frame);
  }

 private:
  double true_power(std::span<const float> rows, std::size_t row, std::size_t frame) const {
    return std::ldexp(static_cast<double>(rows[row * lanes + frame]),
                      static_cast<int>(doublings[frame]));
  }
};

/// The one pass over a track's samples: cuts them into frames, windows and transforms each once,
/// and hands on what it measures, as many frames at a time as the registers have lanes.
///
/// Frame t is centred on sample t * hop_length, with zeros beyond the track's ends, so that n
/// samples have 1 + n / hop_length frames (rounded down), also when n is 0. The window is the
/// periodic Hann.
///
/// Allocates in its constructor alone, some 400 kB at 2048 samples a frame and 16 lanes. One thread
/// at a time.
class FrameAnalyser {
 public:
  using OnGroup = std::function<void(const FrameGroup&)>;

  /// `n_fft` is a power of two and a multiple of `hop_length`, at least twice as large. `lanes`
  /// must be one that this machine can run.
  FrameAnalyser(int sample_rate_hz, std::size_t n_fft, std::size_t hop_length, std::size_t bands,
                const Lanes& lanes = fastest_lanes());

  /// Takes the next samples, each of a magnitude up to 1e30, and calls `on_group` as often as they
  /// complete a group.
  void push(std::span<const float> samples, const OnGroup& on_group);

  /// Ends the track: calls `on_group` for the frames that remain. Nothing may be pushed afterwards.
  void finish(const OnGroup& on_group);

 private:
  struct alignas(64) CacheLine {
    float values[16];
  };
  /// Rows of floats that begin on a cache line, so that no load of a row takes two.
  class Rows {
   public:
    Rows(std::size_t rows, std::size_t columns)
        : size_(rows * columns), lines_((size_ + 15) / 16) {}
    float* data() noexcept { return lines_.data()->values; }
    std::span<const float> view() const noexcept { return {lines_.data()->values, size_}; }

   private:
    std::size_t size_;
    std::vector<CacheLine> lines_;
  };
  /// A hop of the signal and what is known of it.
  struct Hop {
    HopMeasures measures;
    std::uint32_t
        leading_crossings;  ///< 1 where its first sample differs in sign from that before.
  };

  void end_hop(std::size_t signal_size, const OnGroup& on_group);
  void emit(std::size_t frames, const OnGroup& on_group);

  const Lanes& lanes_;
  std::size_t n_fft_;
  std::size_t hop_length_;
  std::size_t hops_per_frame_;
  Eigen::ArrayXd window_;
  RealFftTables fft_;
  std::vector<float> mel_weights_;
  std::vector<MelBand> mel_bands_;

  std::vector<float> hop_;  // the last sample of the hop before, then the samples so far
  std::size_t filled_ = 1;
  bool started_ = false;   // whether hop_ begins with a sample of the signal
  std::vector<Hop> hops_;  // those of the group so far
  std::size_t hop_stride_;
  Rows hop_columns_;  // their samples, [hop_length][hop_stride]

  std::vector<double> values_;
  Rows power_;
  Rows magnitude_;
  Rows mel_;
  Rows mel_db_;
  Rows scale_;
  Rows doublings_;
  Rows centroid_;
  Rows rolloff_;
  std::vector<double> zcr_;
  std::vector<double> rms_;
};

}  // namespace aura::dsp
