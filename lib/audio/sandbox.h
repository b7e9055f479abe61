#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "aura/audio/decode.h"
#include "fork_server.h"

namespace aura::audio {

/// Runs decoders in confined processes and hands on what they say.
class Sandbox {
 public:
  struct Limits {
    /// A decoder and its tables need some 20 MB, the index of a three-hour MP4 22 MB; a file's
    /// largest allocation is bounded to half of this (see set_up_ffmpeg).
    std::uint64_t memory_bytes = std::uint64_t{512} << 20;
    /// Decoding takes 0.05 s of a megabyte of MP3 and up to 4 s of what is coded closest (speech at
    /// 6 kbit/s, hours of silence in a few MB).
    std::chrono::seconds cpu_time_base{60};
    std::chrono::seconds cpu_time_per_mb{5};
    /// Without a word, at most. A sample is there after the file's headers, or never.
    std::chrono::milliseconds patience{120'000};
  };

  /// `main` is what a child does, to call answer(). See
  /// ForkServer for when this may be called. Throws std::runtime_error with the reason where no
  /// sandbox can be had.
  Sandbox(ForkServer::Main main, const Limits& limits);

  /// Whether the process that starts the others is gone.
  bool is_lost() const noexcept { return server_.is_lost(); }

  /// Runs `main` with `request` and `file` as its input. Its samples go to `sink`, at most
  /// `max_samples` of them. Returns what it says at its end. Throws what Decoder::decode does.
  Decoded run(std::span<const std::byte> request, const Spool& file, std::uint64_t max_samples,
              const SampleSink& sink, const std::stop_token& stop) const;

 private:
  ChildLimits limits_for(const Spool& file) const;

  Limits limits_;
  ForkServer server_;
};

/// What a child's `main` says: the samples that `decode` hands to its sink, then what it returns or
/// throws. "decode_memory" for std::bad_alloc; other exceptions come through.
void answer(std::span<std::byte> shared, const std::function<Decoded(const SampleSink&)>& decode);

}  // namespace aura::audio
