#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

#include "aura/base/spool.h"

namespace aura::audio {

/// No text of a tag has more bytes.
inline constexpr std::size_t kMaxTagBytes = 300;
/// No tag names another year.
inline constexpr int kFirstTagYear = 1000;
inline constexpr int kLastTagYear = 2100;

/// What a file says of its track. Texts are UTF-8 on one line, without control characters, at most
/// kMaxTagBytes long; empty if the file says nothing. Whoever made the file chose them: they may be
/// wrong, or markup.
struct Tags {
  std::string title;
  std::string artist;  ///< of the track, or else of the album
  std::string album;
  std::string genre;
  std::string isrc;         ///< twelve letters and digits, as "USRC17607839"; empty if it is none
  std::optional<int> year;  ///< kFirstTagYear to kLastTagYear

  bool operator==(const Tags&) const = default;
};

/// Reads the tags of `file`: ID3, Vorbis comments, APEv2, and those of MP4, Matroska, WAV, AIFF and
/// ASF. Text that is not UTF-8, as ID3v1 may have it, counts as Windows-1252. A chained Ogg has the
/// tags of its first link. Decodes next to nothing.
///
/// Throws as decode() does, though not if the track is too short, too long or damaged. Thread-safe.
/// FFmpeg parses the file in this process: use Decoder::read_tags() for files of others.
Tags read_tags(const Spool& file, const std::stop_token& stop = {});

}  // namespace aura::audio
