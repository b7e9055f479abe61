#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "aura/audio/source.h"
#include "aura/base/error.h"
#include "ffmpeg.h"
#include "formats.h"
#include "gaps.h"
#include "parts_of.h"
#include "spool_input.h"

namespace aura::audio {

/// Returns JobError "undecodable", for a format that FFmpeg can't decode. Thread-safe.
JobError undecodable_format();
/// Returns JobError "not_audio", for a file of unknown format. Says what the start of `file` looks
/// like. Thread-safe. Throws what Spool::read throws.
JobError not_audio(const Spool& file);

/// Returns whether `error` says that a file holds no sound that can be decoded. Thread-safe.
bool has_no_sound(const JobError& error);

/// Decodes the main audio stream of a file frame by frame. Not thread-safe.
class Track {
 public:
  /// Opens `part` of `file`. If its content has no known format, tries the formats in `said`. The
  /// caller keeps `file` alive. Throws JobError as decode() does, Stopped after `stop` is
  /// requested, std::bad_alloc.
  Track(const Spool& file, const Part& part, FormatSet said, std::stop_token stop);

  /// Returns the next decoded frame, valid until the next call; null at the end. Skips and counts
  /// packets that can't be decoded. Throws Stopped after `stop` is requested; JobError "protected";
  /// what Spool::read throws.
  const AVFrame* next();

  /// Returns how many packets so far could not be read or decoded.
  std::size_t damaged_packets() const noexcept { return damaged_packets_; }

  /// Returns how much sound is missing between the frames so far, by their time stamps.
  /// Omits pauses in which an Opus sender sent nothing (DTX).
  std::chrono::duration<double> gaps() const noexcept { return gaps_.lost(); }

  /// Returns the duration that the header states; nothing if FFmpeg only estimates it. Call after
  /// the last frame. Omits pauses in which a sender sent nothing.
  std::optional<std::chrono::duration<double>> stated_duration() const;

  /// Returns whether packets are of a variant that FFmpeg doesn't support, rather than damaged.
  bool is_unknown_variant() const noexcept { return is_unknown_variant_; }

  /// Returns whether the format comes from the label, not from the content. It may be wrong.
  bool is_guess() const noexcept { return is_guess_; }

  /// Returns the container, valid until the next call.
  const AVFormatContext& container() const noexcept { return *format_; }

  /// Returns the format of the file, whose first frame is `frame`: all of Source but the levels.
  Source format_of(const AVFrame& frame) const;

  /// Returns whether librosa reads this file in 16-bit steps.
  bool in_16_bit() const;

 private:
  void open(const Spool& file, const char* format);
  bool opens_as(const Spool& file, const char* format);
  void open_format(const Spool& file, const char* format);
  void open_decoder();
  void note_gap();  // notes a gap before the frame just decoded
  bool only_stamps_jump() const;
  bool is_ogg() const;
  void note_error(int error);
  void feed_decoder();  // with the next packet of the stream, or the end

  SpoolInput input_;
  FormatHandle format_;
  CodecHandle codec_;
  PacketHandle packet_;
  FrameHandle frame_;
  const AVStream* stream_ = nullptr;
  std::size_t damaged_packets_ = 0;
  std::optional<std::chrono::duration<double>> next_start_;  // of the next frame
  std::chrono::duration<double> longest_{};                  // of all frames
  Gaps gaps_;
  std::chrono::duration<double> counted_from_{};  // where time stamps begin, if FFmpeg began at 0
  std::int64_t position_ = -1;                    // of the last packet in the file
  std::int64_t first_position_ = -1;
  bool is_unknown_variant_ = false;
  bool is_guess_ = false;
  bool all_fed_ = false;
  bool is_dtx_ = false;  // the last packet: Opus without sound
};

}  // namespace aura::audio
