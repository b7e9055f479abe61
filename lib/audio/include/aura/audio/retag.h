#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "aura/base/spool.h"

namespace aura::audio {

/// What is measured of a track and belongs into its file's tags. Trivially copyable, for messages
/// between processes.
struct MeasuredTags {
  double tempo_bpm = 0;       ///< 0: none
  std::array<char, 4> key{};  ///< as ID3 writes it: "C", "F#m", "Bb"; ends in NUL; empty: none
  std::optional<double> loudness_lufs{};
  std::optional<double> true_peak_dbtp{};
};

/// What becomes of a tag that a file has already.
enum class Existing { kKeep, kReplace };

/// A changed file: pieces of the file before the change, and of new bytes.
struct Edit {
  struct Piece {
    std::uint64_t at = 0;        ///< offset in the file, or in `added`
    std::uint64_t size = 0;      ///< in bytes
    std::uint64_t is_added = 0;  ///< 1 if it is of `added`, else 0

    bool operator==(const Piece&) const = default;
  };
  std::vector<Piece> pieces;  ///< in order; none: there is nothing to change
  std::string added;

  /// Neither tags nor pictures are larger, and few files need a thousand pieces.
  static constexpr std::size_t kMaxAddedBytes = std::size_t{64} << 20;
  static constexpr std::size_t kMaxPieces = std::size_t{1} << 20;

  bool operator==(const Edit&) const = default;
};

// All functions here are thread-safe.

/// Returns the edit that writes `tags` into the tags of `file`: tempo, key, gain and peak of
/// ReplayGain 2.0 (reference -18 LUFS; peak linear). Changes nothing but tags and what states their
/// place. Writes ID3v2 into MP3, WAV and AIFF; Vorbis comments into FLAC and Ogg; the tags of MP4,
/// WavPack and ASF. ID3v2, MP4 and ASF get the tempo as a whole number, as their formats demand.
/// Opus gets R128_TRACK_GAIN in place of gain and peak (RFC 7845, section 5.2.1). An ID3v2 tag
/// keeps its version; a new one has 2.3, which every player reads, and what an ID3v1 says.
///
/// With kKeep, a tag that the file has stays as it is. A tempo of 0 and an empty text count as
/// missing.
///
/// Throws JobError (no retry) "not_taggable" if TagLib can't write tags into this file; what
/// Spool::read throws; Stopped soon after `stop` is requested; std::bad_alloc. TagLib parses the
/// file in this process: use Decoder::retag() for files of others.
Edit retag(const Spool& file, const MeasuredTags& tags, Existing existing,
           const std::stop_token& stop = {});

/// Passes the bytes of the changed file to `sink`, block by block. `edit` belongs to `file`. Throws
/// what Spool::read and `sink` throw.
void write_edited(const Spool& file, const Edit& edit,
                  const std::function<void(std::span<const std::uint8_t>)>& sink);

}  // namespace aura::audio
