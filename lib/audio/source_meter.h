#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aura/audio/source.h"
#include "cutoff_meter.h"

namespace aura::audio {

/// Measures the channels of a file for Source. Memory: less than 1 MB. Not thread-safe.
class SourceMeter {
 public:
  /// Begins a part of the track with this rate and number of channels.
  void begin(int sample_rate_hz, std::size_t channels);

  /// Takes the next samples of each channel, as many of each; full scale is 1.
  void push(std::span<const std::span<const float>> channels);

  /// Returns the levels of all samples; the format of the file is the caller's to add.
  Source source() const;

 private:
  struct Channel {
    double sum = 0;
    double energy = 0;
    std::uint64_t samples = 0;
    float last = 0;
    int run = 0;  // samples at full scale up to now
  };

  void find_sound(std::span<const std::span<const float>> channels);
  void count_clipped(Channel& channel, std::span<const float> samples);

  int sample_rate_hz_ = 0;
  std::vector<Channel> channels_;
  CutoffMeter cutoff_;
  double begun_s_ = 0;           // when the part began
  std::uint64_t samples_ = 0;    // of the part
  double product_ = 0;           // of the first two channels, summed
  bool is_stereo_ = true;        // in all parts
  double first_sound_s_ = -1;    // below 0: none yet
  double last_sound_end_s_ = 0;  // behind the last sample that sounds
  std::uint64_t clipped_runs_ = 0;
};

}  // namespace aura::audio
