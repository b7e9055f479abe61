#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "aura/base/spool.h"

namespace aura::dsp {

/// The mel spectrogram of a track in dB, 10 log10(power).
///
/// What lies further than 80 dB below the loudest cell of the whole track counts as that floor,
/// which is known only at the track's end. So all frames are kept: 4 bytes a cell, with 128 bands
/// and a hop of 512 samples at 22,050 Hz 22 kB a second of audio. Of these the first 16 MiB (12
/// minutes) lie in memory, those beyond in a temporary file (see Spool).
class LogMelSpectrogram {
 public:
  explicit LogMelSpectrogram(std::size_t bands);

  /// Appends `frames` frames of `bands` in dB, as FrameGroup has them: `mel_db` is [bands][lanes].
  /// Throws what Spool::append does.
  void push(std::span<const float> mel_db, std::size_t lanes, std::size_t frames);

  std::size_t bands() const noexcept { return bands_; }
  std::size_t frames() const noexcept { return frames_; }

  /// Calls `visit` with the bands of each frame in turn, in dB and not yet cut at the floor; they
  /// are valid during the call alone. Throws what Spool::read and `visit` do.
  void for_each_frame_db(const std::function<void(std::span<const float>)>& visit) const;

  /// 80 dB below the loudest cell so far. There is at least one frame.
  float floor_db() const noexcept;

 private:
  std::span<float> next_frame();

  std::size_t bands_;
  std::size_t frames_ = 0;
  float loudest_db_ = std::numeric_limits<float>::lowest();
  std::vector<std::vector<float>> blocks_;  // whole, the first
  Spool spool_{0};                          // whole, those after
  std::vector<float> block_;                // the frames since
};

}  // namespace aura::dsp
