#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace aura::dsp {

/// The mel spectrogram of a track in dB, 10 log10(power), power cut at 1e-10 from below.
///
/// What lies further than 80 dB below the loudest cell of the whole track counts as that floor,
/// which is known only at the track's end. So all frames are kept, and this is what grows with a
/// track: 4 bytes a cell, with 128 bands and a hop of 512 samples at 22,050 Hz 22 kB a second of
/// audio. It grows by blocks that are never copied.
class LogMelSpectrogram {
 public:
  explicit LogMelSpectrogram(std::size_t bands) : bands_(bands) {}

  /// Appends a frame of `bands` powers.
  void push(std::span<const double> mel_power);

  std::size_t bands() const noexcept { return bands_; }
  std::size_t frames() const noexcept { return frames_; }

  /// The bands of one frame, not yet cut at the floor.
  std::span<const float> frame_db(std::size_t frame) const noexcept;

  /// 80 dB below the loudest cell so far. There is at least one frame.
  float floor_db() const noexcept;

 private:
  std::size_t bands_;
  std::size_t frames_ = 0;
  float loudest_db_ = std::numeric_limits<float>::lowest();
  std::vector<std::vector<float>> blocks_;
};

}  // namespace aura::dsp
