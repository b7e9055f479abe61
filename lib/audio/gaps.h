#pragma once

#include <chrono>

namespace aura::audio {

/// Adds up the gaps between the frames of a stream. Separates lost sound from the pauses of a
/// sender that uses Opus' DTX: it sends a packet without sound, then nothing until silence ends
/// (RFC 6716, section 2.1.9). Not thread-safe.
class Gaps {
 public:
  using Seconds = std::chrono::duration<double>;

  /// Notes the next frame: its duration, the gap before it, and whether its packet is DTX.
  void note_frame(Seconds duration, Seconds gap, bool is_dtx) noexcept;

  /// Returns how much sound is lost. Ignores short gaps, as time stamps are rounded.
  Seconds lost() const noexcept { return lost_; }

  /// Returns how long the sender sent nothing.
  Seconds paused() const noexcept { return paused_; }

  /// Returns the pause that the end of a stream hides: no frame follows it. `stated` is the stated
  /// duration without paused().
  Seconds pause_at_end(Seconds stated) const noexcept;

 private:
  void note_gap(Seconds gap) noexcept;
  bool is_pause(Seconds gap) const noexcept;

  static constexpr Seconds kLongAgo = std::chrono::hours(1);

  Seconds played_{};
  Seconds lost_{};
  Seconds paused_{};
  Seconds since_dtx_ = kLongAgo;
  Seconds last_gap_{};  // a pause if a packet of DTX follows soon
  Seconds since_gap_ = kLongAgo;
};

}  // namespace aura::audio
