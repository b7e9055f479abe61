#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "aura/dsp/lanes.h"

namespace aura::dsp {

/// The loudness of a track by EBU R 128. Undefined values are absent.
struct Loudness {
  std::optional<double> integrated_lufs;  ///< absent if nothing is louder than -70 LUFS
  std::optional<double> range_lu;         ///< also absent below 3 s
  std::optional<double> true_peak_dbtp;   ///< absent for silence

  bool operator==(const Loudness&) const = default;
};

/// Measures loudness by EBU R 128 (2020) from the original channels at their own sample rate:
/// integrated loudness by ITU-R BS.1770-4, loudness range by EBU Tech 3342, and true peak. True
/// peak takes four values per sample (two from 96 kHz on, one from 192 kHz on) from a sinc of 12
/// samples under a Hann window. Differs from the standards in its steps: 100 ms, rounded to a
/// multiple of 12 samples.
///
/// Memory: 0.1 s of each channel, and 4 bytes per 0.1 s, 0.4 MB for three hours. Not thread-safe.
class LoudnessMeter {
 public:
  /// The caller keeps `lanes` alive.
  explicit LoudnessMeter(const Lanes& lanes = fastest_lanes());

  /// Begins a part of the track with a sample rate of at least 1 kHz and a weight per channel (0
  /// leaves a channel out). The unfinished step of the part before counts only for the true peak.
  void begin(int sample_rate_hz, std::span<const double> weights);

  /// Returns how many samples of each channel fit before the next take().
  std::size_t room() const noexcept { return step_ - filled_; }
  /// Returns the place for the next room() samples of `channel`, magnitudes up to 1e15. Valid until
  /// the next take() or begin().
  std::span<float> channel(std::size_t channel) noexcept;
  /// Takes the first `samples` values of every channel().
  void take(std::size_t samples);

  /// Ends the part and returns the loudness of all samples taken so far.
  Loudness loudness();

 private:
  struct Channel {
    double weight;
    std::vector<float> samples;  // kBefore earlier samples, the step, silence behind it
  };

  void end_step();
  void find_peak(std::size_t samples);
  void end_part();
  std::optional<double> integrated() const;
  std::optional<double> range() const;

  const Lanes& lanes_;
  std::size_t step_ = 0;  // samples
  BlockFilter filter_{};
  Interpolator interpolator_{};
  std::vector<Channel> channels_;
  std::vector<FilteredSignal> signals_;  // the step of each channel
  std::size_t filled_ = 0;               // samples in the step
  std::vector<float> powers_;            // weighted power of each step
  float peak_ = 0;
};

}  // namespace aura::dsp
