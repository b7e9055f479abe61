#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "aura/analysis/features.h"
#include "aura/audio/decoder.h"
#include "aura/audio/wav.h"
#include "aura/base/spool.h"
#include "aura/models/separator.h"

namespace aura::analysis {

/// The vocals and the accompaniment of a track, as a WAV each: stereo at 44.1 kHz, as long as the
/// track, sample by sample its parts. Samples are floating point, because a stem may exceed full
/// scale where the track does not: clipped or made quieter, both would no longer add up to the
/// track. Decodes the track twice, because its length must be known before the first sample is
/// written. Memory: blocks. Not thread-safe.
class StemFiles {
 public:
  /// Decodes `file` to measure its length. The caller keeps all but `stop` alive. Throws what
  /// Decoder::decode_interleaved() throws.
  StemFiles(const Spool& file, const audio::Decoder& decoder, const audio::DecodeLimits& limits,
            std::stop_token stop = {});

  /// Appends bytes to a file. Returns whether it could.
  using Append = std::function<bool(std::string_view bytes)>;
  /// Where the stems go. Empty `vocals` are not written.
  struct Files {
    Append vocals;
    Append accompaniment;
  };

  /// Writes the stems by `separator`, which is new, and returns how much of the track is voice.
  /// Calls `on_percent` with how much is written. Throws what Decoder::decode_interleaved() throws;
  /// std::runtime_error if a file can't be written, if the track has changed meanwhile, or if
  /// samples exceed what a Separator takes.
  models::VoiceShare write(models::Separator& separator, const Files& files,
                           const OnProgress& on_percent = {}) const;

 private:
  const Spool& file_;
  const audio::Decoder& decoder_;
  const audio::DecodeLimits& limits_;
  std::stop_token stop_;
  audio::WavForm form_{.sound = {}, .bits = 32};
};

}  // namespace aura::analysis
