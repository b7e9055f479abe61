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

/// Consecutive frames of a track with their measures. Matrices are [rows][lanes], row after row.
/// Frame i is in lane i of each row; lanes from `frames` on are undefined. All spans are valid
/// until the callback returns. Thread-safe.
///
/// Each frame is scaled by a power of two to near full scale before its transform, so that single
/// precision keeps a fading tail. True power is `power` * 2^`doublings`, see power_at(); true
/// magnitude is the root of true power.
struct FrameGroup {
  std::size_t frames;
  std::size_t lanes;
  std::span<const float> power;  ///< |X[k]|^2, [n_fft / 2 + 1][lanes], of an unscaled transform.
  std::span<const float> magnitude;  ///< The root of `power`, same shape.
  std::span<const float> mel;        ///< Mel power, [bands][lanes].
  std::span<const float> mel_db;     ///< True mel power in dB, at least -100.
  std::span<const float> doublings;  ///< [lanes], even integers.
  std::span<const float> centroid;   ///< Mean bin by magnitude, [lanes]; 0 for silence.
  std::span<const float> rolloff;    ///< The bin up to which 85 % of the magnitude lies, [lanes].
  std::span<const double> zcr;       ///< Changes of sign per sample, [lanes].
  std::span<const double> rms;       ///< Root mean square of the samples, [lanes].

  /// Returns the true power of `bin` in `frame`.
  double power_at(std::size_t bin, std::size_t frame) const {
    return true_power(power, bin, frame);
  }
  /// Returns the true mel power of `band` in `frame`.
  double mel_power_at(std::size_t band, std::size_t frame) const {
    return true_power(mel, band, frame);
  }

 private:
  double true_power(std::span<const float> rows, std::size_t row, std::size_t frame) const {
    return std::ldexp(static_cast<double>(rows[row * lanes + frame]),
                      static_cast<int>(doublings[frame]));
  }
};

/// Cuts the samples of a track into frames, windows and transforms each frame once, and passes the
/// measures to a callback: a group of as many frames as the registers have lanes.
///
/// Frame t is centred on sample t * hop_length, with zeros beyond the ends of the track. So n
/// samples have 1 + n / hop_length frames (rounded down), also if n is 0. The window is the
/// periodic Hann window.
///
/// Allocates memory only in its constructor: 400 kB with an n_fft of 2048 and 16 lanes. Not
/// thread-safe.
class FrameAnalyser {
 public:
  using OnGroup = std::function<void(const FrameGroup&)>;

  /// `n_fft` and `hop_length` are in samples; `n_fft` is a power of two and a multiple of
  /// `hop_length`, at least twice as large. `bands` counts mel bands. This machine must be able to
  /// run `lanes`, see usable_lanes(). The caller keeps `lanes` alive.
  FrameAnalyser(int sample_rate_hz, std::size_t n_fft, std::size_t hop_length, std::size_t bands,
                const Lanes& lanes = fastest_lanes());

  /// Takes the next samples: mono, magnitudes up to 1e30, any number. Calls `on_group` from this
  /// thread for each group that they complete. Throws what `on_group` throws.
  void push(std::span<const float> samples, const OnGroup& on_group);

  /// Ends the track: calls `on_group` for the remaining frames. Push nothing afterwards. Throws
  /// what `on_group` throws.
  void finish(const OnGroup& on_group);

 private:
  struct alignas(64) CacheLine {
    float values[16];
  };
  /// Rows of floats that begin on a cache line: no load of a row touches two lines.
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
  /// The measures of a hop.
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
  std::vector<Hop> hops_;  // of the group so far
  std::size_t hop_stride_;
  Rows hop_columns_;  // the samples of hops_, [hop_length][hop_stride]

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
