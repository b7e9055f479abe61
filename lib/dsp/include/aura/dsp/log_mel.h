#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "aura/base/spool.h"

namespace aura::dsp {

/// From the loudest cell of a track down to its floor.
inline constexpr float kMelRangeDb = 80;

/// The mel spectrogram of a track in dB, 10 log10(power).
///
/// Its floor is 80 dB below the loudest cell of the whole track, so it is known only at the end.
/// Keeps all frames until then: 4 bytes per cell, 22 kB per second of audio with kMelBands and
/// kHopLength. The first 16 MiB (12 minutes) are in memory, the rest in a temporary file (see
/// Spool). Not thread-safe; several threads may read at once if none pushes.
class LogMelSpectrogram {
 public:
  explicit LogMelSpectrogram(std::size_t bands);

  /// Appends `frames` frames in dB from `mel_db`, [bands][lanes] as in FrameGroup. Throws what
  /// Spool::append throws.
  void push(std::span<const float> mel_db, std::size_t lanes, std::size_t frames);

  std::size_t bands() const noexcept { return bands_; }
  std::size_t frames() const noexcept { return frames_; }

  /// Calls `visit` from this thread with the bands of each frame in turn, in dB, without the floor.
  /// The span is valid only during the call. Throws what Spool::read and `visit` throw.
  void for_each_frame_db(const std::function<void(std::span<const float>)>& visit) const;

  /// Returns 80 dB below the loudest cell so far. There is at least one frame.
  float floor_db() const noexcept;

 private:
  std::span<float> next_frame();

  std::size_t bands_;
  std::size_t frames_ = 0;
  float loudest_db_ = std::numeric_limits<float>::lowest();
  std::vector<std::vector<float>> blocks_;  // the first full blocks
  Spool spool_{0};                          // the full blocks after them
  std::vector<float> block_;                // the frames after them
};

}  // namespace aura::dsp
