#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aura/audio/decode.h"
#include "aura/audio/tags.h"
#include "aura/base/error.h"

namespace aura::audio {

// The protocol of a decoding process: if samples are interleaved their format, blocks of samples,
// then a result. The blocks lie in shared memory, a ring of slots. A socket carries a message per
// block to the reader, and a byte per freed slot to the writer. (Samples through a pipe would take
// three times the processor time.)

/// Writes the messages. Ends the process if the reader is gone. Not thread-safe.
class MessageWriter {
 public:
  /// The caller keeps `socket` and `ring` open.
  MessageWriter(int socket, std::span<std::byte> ring);

  /// Sends the format of interleaved samples, before the first of them. Blocks then hold whole
  /// moments.
  void format(const SoundFormat& format);
  /// Gathers `samples` in slots and sends each full slot. Waits while no slot is free.
  void samples(std::span<const float> samples);
  /// Sends the remaining samples and the result.
  void done(const Decoded& decoded);
  /// Sends tags, as the result of a process that reads nothing else.
  void done(const Tags& tags);
  /// Sends the remaining samples and the error that ended decoding.
  void failed(const JobError& error);

 private:
  void wait_for_slot();
  void flush();
  void send_text(std::uint32_t kind, const std::string& text);

  int socket_;
  std::span<std::byte> ring_;
  std::size_t free_slots_;
  std::size_t block_bytes_;     // used of a slot
  std::size_t slot_ = 0;        // the slot being filled
  std::size_t slot_bytes_ = 0;  // bytes filled in it
};

/// The result that a decoding process sent: one of the three.
struct DecodeResult {
  Decoded decoded;
  Tags tags;
  std::optional<JobError> error;
};

/// Reads the messages of a process that a hostile file may control. Checks every message, and
/// refuses messages longer than MessageWriter's. Not thread-safe.
class MessageReader {
 public:
  /// A message breaks the protocol.
  struct Malformed {};
  /// No message came in time.
  struct Stalled {};

  /// `patience` limits each wait for data. The caller keeps `socket` and `ring` open.
  MessageReader(int socket, std::span<const std::byte> ring, std::chrono::milliseconds patience);

  /// Returns the next samples, finite and within ±kMaxMagnitude, valid until the next call; nothing
  /// after the last. Throws Malformed and Stalled.
  std::optional<std::span<const float>> next();

  /// Returns the format of the samples, checked; nothing if the process has stated none.
  const std::optional<SoundFormat>& format() const noexcept { return format_; }

  /// Returns the result after the last samples; nothing if the process ended without a result.
  const std::optional<DecodeResult>& result() const noexcept { return result_; }

 private:
  bool read(std::span<std::byte> into);  // false: the process ended before `into` was full
  std::string read_text(std::size_t bytes);
  void read_format(std::size_t bytes);
  std::span<const float> take_slot(std::size_t bytes);

  int socket_;
  std::span<const std::byte> ring_;
  std::chrono::milliseconds patience_;
  std::size_t slot_ = 0;
  std::vector<float> block_;
  std::optional<SoundFormat> format_;
  std::optional<DecodeResult> result_;
};

}  // namespace aura::audio
