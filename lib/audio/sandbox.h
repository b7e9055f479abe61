#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aura/audio/decode.h"
#include "decode_messages.h"
#include "fork_server.h"

namespace aura::audio {

/// Runs decoders in confined processes and passes on their samples. Thread-safe.
class Sandbox {
 public:
  struct Limits {
    /// A decoder and its tables need 20 MB, the index of a three-hour MP4 22 MB. A single
    /// allocation may take half of this limit (see set_up_ffmpeg()).
    std::uint64_t memory_bytes = std::uint64_t{512} << 20;
    /// Decoding takes 0.05 s per megabyte of MP3, and up to 4 s per megabyte of the most compact
    /// coding (speech at 6 kbit/s, hours of silence in a few MB).
    std::chrono::seconds cpu_time_base{60};
    std::chrono::seconds cpu_time_per_mb{5};
    /// The longest wait for data. Samples follow soon after the file's headers, or never.
    std::chrono::milliseconds patience{120'000};
  };

  /// Starts the server, and tries a child that does nothing. `main` is the function of each child
  /// and calls answer(). Call from a process with a single thread, see ForkServer. Throws
  /// std::runtime_error with the reason if the system allows no sandbox; JobError if resources run
  /// out.
  Sandbox(ForkServer::Main main, const Limits& limits);

  /// Returns whether the server has ended, so that every run() fails.
  bool is_lost() const noexcept { return server_.is_lost(); }

  /// Runs `main` with `request` in a child that reads `file`. Passes at most `max_samples` samples
  /// to `sink` from the calling thread. Returns the child's result, whose error it throws. Throws
  /// what Decoder::decode() throws.
  DecodeResult run(std::span<const std::byte> request, const Spool& file, std::uint64_t max_samples,
                   const SampleSink& sink, const std::stop_token& stop) const;

  /// As run(), for a child that sends interleaved samples. Refuses a format that is not as `wanted`
  /// states, where it states something, and sound longer than `max_duration`.
  DecodeResult run_interleaved(std::span<const std::byte> request, const Spool& file,
                               const SoundFormat& wanted, std::chrono::seconds max_duration,
                               const InterleavedSink& sink, const std::stop_token& stop) const;

 private:
  using Take = std::function<void(const std::optional<SoundFormat>&, std::span<const float>)>;

  /// `take` throws MessageReader::Malformed for what it didn't expect.
  DecodeResult run_child(std::span<const std::byte> request, const Spool& file, const Take& take,
                         const std::stop_token& stop) const;
  ChildLimits limits_for(const Spool& file) const;

  Limits limits_;
  ForkServer server_;
};

/// Sends the samples that `decode` passes to its sink, then its result or JobError, from a child to
/// Sandbox::run(). Sends "decode_memory" for std::bad_alloc. Other exceptions pass through. Call
/// from a child's `main` only.
void answer(std::span<std::byte> shared, const std::function<Decoded(const SampleSink&)>& decode);
/// The same for a child that sends interleaved samples.
void answer(std::span<std::byte> shared,
            const std::function<Decoded(const InterleavedSink&)>& decode);
/// The same for a child that only reads tags.
void answer(std::span<std::byte> shared, const std::function<Tags()>& read);

}  // namespace aura::audio
