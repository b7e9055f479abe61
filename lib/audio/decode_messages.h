#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aura/audio/decode.h"
#include "aura/base/error.h"

namespace aura::audio {

// What a decoding process says of its track: samples in blocks, then once how it ended. The blocks
// lie in memory that it shares with the listener, a ring of slots; a socket has a message for each
// block, in one direction, and a byte for each slot that is free again, in the other. (Through a
// pipe the samples alone would cost three times the processor time.)

/// Speaks. Ends the process where nobody listens any more.
class MessageWriter {
 public:
  MessageWriter(int socket, std::span<std::byte> ring);

  /// Gathers `samples` in slots and says so when one is full.
  void samples(std::span<const float> samples);
  /// All samples were said; ends the conversation.
  void done(const Decoded& decoded);
  /// As done(), for a track that can't be decoded.
  void failed(const JobError& error);

 private:
  void wait_for_slot();
  void flush();
  void send_text(std::uint32_t kind, const std::string& text);

  int socket_;
  std::span<std::byte> ring_;
  std::size_t free_slots_;
  std::size_t slot_ = 0;        // the one being filled
  std::size_t slot_bytes_ = 0;  // filled so far
};

/// How a conversation ended.
struct DecodeResult {
  Decoded decoded;
  std::optional<JobError> error;
};

/// Listens to a process that may have fallen to a hostile file: whatever it says is checked, and
/// nothing is taken that is longer than its writer would make it.
class MessageReader {
 public:
  /// Something was said out of turn, or not in this language.
  struct Malformed {};
  /// Nothing was said for too long.
  struct Stalled {};

  MessageReader(int socket, std::span<const std::byte> ring, std::chrono::milliseconds patience);

  /// The next samples, finite and within ±kMaxMagnitude, valid until the next call; nothing after
  /// the last. Throws Malformed and Stalled.
  std::optional<std::span<const float>> next();

  /// After the last samples: what the process said at its end; nothing if it ended without a word.
  const std::optional<DecodeResult>& result() const noexcept { return result_; }

 private:
  bool read(std::span<std::byte> into);  // false: the process ended before all had come
  std::string read_text(std::size_t bytes);
  std::span<const float> take_slot(std::size_t bytes);

  int socket_;
  std::span<const std::byte> ring_;
  std::chrono::milliseconds patience_;
  std::size_t slot_ = 0;
  std::vector<float> block_;
  std::optional<DecodeResult> result_;
};

}  // namespace aura::audio
