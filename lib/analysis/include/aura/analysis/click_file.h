#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "aura/analysis/click_track.h"
#include "aura/analysis/measurements.h"
#include "aura/audio/decoder.h"
#include "aura/audio/wav.h"
#include "aura/base/spool.h"

namespace aura::analysis {

/// What a file of clicks holds.
enum class ClickContent { kMusicAndClicks, kClicks };

/// A track with clicks at its beats, as a WAV of the same length: at the track's own rate, with its
/// own channels, 24 bits per sample if the track has more than 16. A subwoofer's channel gets no
/// clicks. Decodes the track twice, because its length and its peak must be known before the first
/// sample is written. Memory: blocks. Not thread-safe.
class ClickFile {
 public:
  /// Decodes `file`, whose measurements are `measured`. The caller keeps all but `content` and
  /// `stop` alive. Throws std::runtime_error if there are no beats; what
  /// Decoder::decode_interleaved() throws.
  ClickFile(const Spool& file, const Measurements& measured, const audio::Decoder& decoder,
            const audio::DecodeLimits& limits, ClickContent content, std::stop_token stop = {});

  /// Appends bytes to the file. Returns whether it could.
  using Append = std::function<bool(std::string_view bytes)>;

  /// Writes the WAV, and stops when `append` can't. Throws what Decoder::decode_interleaved()
  /// throws; std::runtime_error if `file` has changed meanwhile.
  void write(const Append& append) const;

  /// Returns how much quieter the music gets, in dB: 0 or more.
  double attenuation_db() const;

 private:
  const Spool& file_;
  const Rhythm& rhythm_;
  const audio::Decoder& decoder_;
  const audio::DecodeLimits& limits_;
  std::stop_token stop_;
  audio::WavForm form_;
  ClickGains gains_;
};

}  // namespace aura::analysis
