#pragma once

#include <memory>
#include <string>

#include "aura/audio/decode.h"
#include "aura/audio/tags.h"
#include "aura/base/error.h"

namespace aura::audio {

class Sandbox;

/// Whether to decode in a sandbox.
enum class Sandboxing {
  kAuto,     ///< if the system allows
  kOff,      ///< never
  kRequire,  ///< or fail
};

/// The process that starts decoders has ended. Our process has threads by now and can't safely fork
/// a new one, so decoding stays impossible here. Worth a retry in another process.
class DecoderLost : public JobError {
 public:
  DecoderLost()
      : JobError("decoder_lost", "the process that starts decoders is gone: start again",
                 Retry::kYes) {}
};

/// Decodes tracks, each in a process of its own that can only read the file and answer (see
/// confine()). So a crash, an endless loop or a break-in costs no more than that process.
///
/// Thread-safe except for apply() and moves.
class Decoder {
 public:
  /// Decodes in this process.
  Decoder();
  /// Returns a decoder with a sandbox, which it has tried. Without a sandbox (old kernel, container
  /// policy) returns a decoder that decodes in this process. Call from a process that has a single
  /// thread and holds no secrets yet.
  static Decoder sandboxed();
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  /// Drops the sandbox if `setting` is kOff. Throws ConfigError if it is kRequire and there is no
  /// sandbox.
  void apply(Sandboxing setting);

  /// Decodes a second of sound. Throws ConfigError if that fails, for example because FFmpeg lacks
  /// the SoX resampler: every track would fail.
  void try_out() const;

  /// Returns why tracks are decoded in this process; empty with a sandbox.
  const std::string& no_sandbox_reason() const noexcept { return no_sandbox_reason_; }

  /// Returns whether the sandbox's process has ended, so that every decode() fails.
  bool is_lost() const noexcept;

  /// Decodes like audio::decode(). With a sandbox also throws DecoderLost and JobError:
  /// "decoder_crashed"; "decode_timeout" if the file takes too much processor time or the process
  /// doesn't answer; "decode_memory" if the file takes too much memory. Worth a retry are
  /// "no_resources", and "decode_memory" if the system ran out of memory.
  Decoded decode(const Spool& file, const DecodeLimits& limits, const SampleSink& sink,
                 const std::stop_token& stop = {}) const;

  /// Decodes like audio::decode_interleaved(). With a sandbox throws what decode() throws there.
  Decoded decode_interleaved(const Spool& file, const DecodeLimits& limits,
                             const SoundFormat& wanted, const InterleavedSink& sink,
                             const std::stop_token& stop = {}) const;

  /// Reads tags like audio::read_tags(). With a sandbox throws what decode() throws there.
  Tags read_tags(const Spool& file, const std::stop_token& stop = {}) const;

 private:
  std::unique_ptr<const Sandbox> sandbox_;
  std::string no_sandbox_reason_;
};

}  // namespace aura::audio
