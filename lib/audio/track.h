#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "aura/base/error.h"
#include "ffmpeg.h"
#include "formats.h"
#include "parts_of.h"
#include "spool_input.h"

namespace aura::audio {

/// For what FFmpeg can't decode here.
JobError undecodable_format();
/// For a file of no known format. Looks at the start of `file`; throws JobError if it can't be
/// read.
JobError not_audio(const Spool& file);

/// Whether `error` says that a file holds no sound that can be decoded.
bool has_no_sound(const JobError& error);

/// The audio stream that a player would play of a file, decoded frame by frame.
class Track {
 public:
  /// Opens `part` of `file`. If its content is of no known format, tries the formats in `said`.
  /// The caller keeps `file` alive. Throws JobError, Stopped, std::bad_alloc.
  Track(const Spool& file, const Part& part, FormatSet said, std::stop_token stop);

  /// The next decoded frame, which stays valid until the next call; null at the end. What can't be
  /// decoded is passed over and counted. Throws Stopped, and JobError where the file can't be read.
  const AVFrame* next();

  /// How many packets up to here could not be read or decoded.
  std::size_t damaged_packets() const noexcept { return damaged_packets_; }

  /// How much sound is missing between the frames up to here, by their time stamps.
  std::chrono::duration<double> gaps() const noexcept { return gaps_; }

  /// The duration that the header states; nothing if FFmpeg only estimates it. Call it at the end.
  std::optional<std::chrono::duration<double>> stated_duration() const;

  /// Whether what could not be decoded is of a variant that FFmpeg doesn't know, and not damaged.
  bool is_unknown_variant() const noexcept { return is_unknown_variant_; }

  /// Whether the format comes from the label and not from the content. It may be wrong.
  bool is_guess() const noexcept { return is_guess_; }

  /// Whether librosa has this file in 16-bit steps.
  bool in_16_bit() const;

 private:
  void open(const Spool& file, const char* format);
  bool opens_as(const Spool& file, const char* format);
  void open_container(const Spool& file, const char* format);
  void open_decoder();
  void note_gap();  // before the frame just decoded
  bool only_stamps_jump() const;
  bool is_ogg() const;
  void note_error(int error);
  void feed_decoder();  // the next packet of the stream, or word that there is none

  SpoolInput input_;
  FormatHandle format_;
  CodecHandle codec_;
  PacketHandle packet_;
  FrameHandle frame_;
  const AVStream* stream_ = nullptr;
  std::size_t damaged_packets_ = 0;
  std::optional<std::chrono::duration<double>> next_start_;  // of the frame to come
  std::chrono::duration<double> longest_{};                  // frame
  std::chrono::duration<double> gaps_{};
  std::chrono::duration<double> counted_from_{};  // the time stamps, after a start of FFmpeg's own
  std::int64_t position_ = -1;                    // in the file, of the packet last fed
  std::int64_t first_position_ = -1;
  bool is_unknown_variant_ = false;
  bool is_guess_ = false;
  bool all_fed_ = false;
};

}  // namespace aura::audio
