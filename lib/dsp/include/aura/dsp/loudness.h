#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "aura/dsp/lanes.h"

namespace aura::dsp {

/// How loud a track is by EBU R 128; what there is none of is absent.
struct Loudness {
  std::optional<double> integrated_lufs;  ///< absent where nothing is louder than -70 LUFS
  std::optional<double> range_lu;         ///< absent, moreover, for less than 3 s
  std::optional<double> true_peak_dbtp;   ///< absent for silence

  bool operator==(const Loudness&) const = default;
};

/// Measures loudness by EBU R 128 (2020), of channels at the rate and for the speakers that they
/// were made for: integrated loudness by ITU-R BS.1770-4, loudness range by EBU Tech 3342, and the
/// true peak from four values a sample (two from 96 kHz on, one from 192 kHz on) through a sinc of
/// 12 samples under a Hann window. It differs from the text in its steps, which are 100 ms to a
/// multiple of 12 samples.
///
/// Memory: 0.1 s of each channel, and 4 bytes for each 0.1 s, 0.4 MB for three hours. One thread at
/// a time.
class LoudnessMeter {
 public:
  explicit LoudnessMeter(const Lanes& lanes = fastest_lanes());

  /// Begins a part of the track, whose channels weigh as given (0 for none), at a rate of 1 kHz or
  /// more. What the part before left of a step counts for the true peak alone.
  void begin(int sample_rate_hz, std::span<const double> weights);

  /// How many samples of each channel are taken next, at most.
  std::size_t room() const noexcept { return step_ - filled_; }
  /// Where those of `channel` go: room() of them, of a magnitude up to 1e15.
  std::span<float> channel(std::size_t channel) noexcept;
  /// Takes the first `samples` of what lies there.
  void take(std::size_t samples);

  /// Of all that was taken. Ends the part.
  Loudness loudness();

 private:
  struct Channel {
    double weight;
    std::vector<float> samples;  // those before the step, the step, and silence behind it
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
  std::vector<FilteredSignal> signals_;  // of each channel its step
  std::size_t filled_ = 0;               // of the step
  std::vector<float> powers_;            // weighted, of each step
  float peak_ = 0;
};

}  // namespace aura::dsp
