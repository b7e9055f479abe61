#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "window.h"

namespace aura::audio {

// A page of Ogg (RFC 3533, section 6): a header, which ends with the number of segments; the length
// of each segment; the segments.

inline constexpr std::string_view kOggCapture = "OggS";
inline constexpr std::size_t kOggHeadBytes = 27;
inline constexpr std::size_t kMaxOggSegments = 255;
inline constexpr std::size_t kMaxOggPageBytes = kOggHeadBytes + kMaxOggSegments * (1 + 255);

struct OggPage {
  bool begins_stream;
  std::uint32_t serial;  ///< of its stream
  std::uint64_t bytes;   ///< of the whole page
};

/// Returns the page whose first bytes are `head`; nothing if `head` begins no page or ends before
/// the lengths of the segments do. Thread-safe.
inline std::optional<OggPage> ogg_page(std::string_view head) {
  constexpr std::uint32_t kBeginsStream = 2;
  if (head.size() < kOggHeadBytes || !head.starts_with(kOggCapture)) return std::nullopt;
  const auto segments = byte(head, kOggHeadBytes - 1);
  if (head.size() < kOggHeadBytes + segments) return std::nullopt;
  std::uint64_t bytes = kOggHeadBytes + segments;
  for (std::size_t i = 0; i < segments; ++i) bytes += byte(head, kOggHeadBytes + i);
  return OggPage{(byte(head, 5) & kBeginsStream) != 0, little_endian(head, 14), bytes};
}

}  // namespace aura::audio
