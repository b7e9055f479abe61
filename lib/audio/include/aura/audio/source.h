#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace aura::audio {

/// A file as it is stored: its format, and its channels before they are mixed and resampled. Every
/// number is finite. If the format changes amid the file, the first one counts.
struct Source {
  std::string codec;         ///< FFmpeg's name, such as "mp3", "flac" or "pcm_s16le"
  bool is_lossless = false;  ///< of the codec; a file made from a lossy one is lossless too
  int sample_rate_hz = 0;
  int channels = 0;
  std::optional<int> bits_per_sample{};  ///< absent if the codec is lossy
  std::optional<double> bit_rate_bps{};  ///< of the sound or else of the file; absent if unknown

  double start_silence_s = 0;  ///< before the first sample above kSilence in any channel
  double end_silence_s = 0;    ///< after the last one
  double dc_offset = 0;        ///< the largest mean of a channel, as a magnitude; full scale is 1
  /// Runs of at least three samples at full scale, without a change, over all channels.
  std::uint64_t clipped_runs = 0;

  // Stereo only.
  /// The level of the left channel less that of the right, at most kMostDb either way; absent for
  /// silence.
  std::optional<double> balance_db{};
  std::optional<double> correlation{};  ///< -1 to 1; absent if a channel is silent
  /// The power of half the difference of the channels beside that of half their sum, at most
  /// kMostDb either way; absent for silence.
  std::optional<double> width_db{};

  /// Where the mean spectrum of the first two channels falls most steeply, from kLeastCutoffHz on;
  /// 0 if it never falls there.
  double cutoff_hz = 0;
  /// How far it falls there: the least level of the kilohertz below less the highest level above.
  double cutoff_db = 0;

  static constexpr float kSilence = 0.001F;  ///< -60 dBFS
  static constexpr double kMostDb = 100;
  static constexpr double kLeastCutoffHz = 10'000;

  bool operator==(const Source&) const = default;
};

}  // namespace aura::audio
