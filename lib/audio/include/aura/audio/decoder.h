#pragma once

#include <memory>
#include <string>

#include "aura/audio/decode.h"
#include "aura/base/error.h"

namespace aura::audio {

class Sandbox;

/// Whether tracks are decoded in a sandbox: where one can be had, never, or not without one.
enum class Sandboxing { kAuto, kOff, kRequire };

/// The process that starts decoders is gone, for good: this one has threads by now, so it can't
/// fork it anew. No fault of the track's, and worth a retry by another process.
class DecoderLost : public JobError {
 public:
  DecoderLost()
      : JobError("decoder_lost", "the process that starts decoders is gone: start again",
                 Retry::kYes) {}
};

/// Decodes tracks, each in a process of its own that can read the file and answer, and nothing else
/// (see confine() for what that means): a crash, an endless loop or a break-in costs that process.
class Decoder {
 public:
  /// Decodes in this process.
  Decoder();
  /// Makes a sandbox ready and tries it. Must be called before this process has a second thread and
  /// before it holds secrets; where no sandbox can be had (an old kernel, a container's policy),
  /// decodes in this process.
  static Decoder sandboxed();
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  /// With kOff, does without the sandbox. With kRequire, throws ConfigError if there is none.
  void apply(Sandboxing setting);

  /// Decodes a second of sound. Throws ConfigError where that can't be done here, as with an FFmpeg
  /// that lacks the SoX resampler: every track would fail.
  void try_out() const;

  /// Why tracks are decoded in this process; empty where they are not.
  const std::string& no_sandbox_reason() const noexcept { return no_sandbox_reason_; }

  /// Whether there was a sandbox and its process is gone, so that no track can be decoded any more.
  bool is_lost() const noexcept;

  /// As decode(), from any number of threads. In a sandbox, moreover: JobError "decoder_crashed",
  /// "decode_timeout" (more processor time than any sound file takes, or no answer) and
  /// "decode_memory" (more memory), not worth a retry; "decode_memory" and "no_resources" for want
  /// of something that may be there later, worth one; DecoderLost.
  Decoded decode(const Spool& file, const DecodeLimits& limits, const SampleSink& sink,
                 const std::stop_token& stop = {}) const;

 private:
  std::unique_ptr<const Sandbox> sandbox_;
  std::string no_sandbox_reason_;
};

}  // namespace aura::audio
