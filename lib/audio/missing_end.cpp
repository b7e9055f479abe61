#include "missing_end.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

namespace aura::audio {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool holds(Bytes bytes, std::size_t at, std::string_view text) {
  return at + text.size() <= bytes.size() &&
         std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

/// What begins a WAV: "RIFF", the size of all that follows (little endian), "WAVE".
constexpr std::size_t kWavHeadBytes = 12;

bool is_short_wav(Bytes head, std::uint64_t file_bytes) {
  if (head.size() < kWavHeadBytes || !holds(head, 0, "RIFF") || !holds(head, 8, "WAVE"))
    return false;
  // Who writes to a pipe can't know the size, and states 2 GiB (SoX a page less) or more.
  constexpr std::uint32_t kUnknown = 0x7FFF'F000;
  // Some writers count the 8 bytes before, or a byte of padding that they don't write.
  constexpr std::uint64_t kMiscounted = 9;
  const std::uint32_t stated = head[4] | static_cast<std::uint32_t>(head[5]) << 8 |
                               static_cast<std::uint32_t>(head[6]) << 16 |
                               static_cast<std::uint32_t>(head[7]) << 24;
  return stated < kUnknown && file_bytes + kMiscounted < std::uint64_t{stated} + 8;
}

// A page of Ogg (RFC 3533, section 6): a header with the number of segments, the length of each
// segment, the segments. The last one's flag that it is the last says nothing: recorders of live
// streams set none, and an upload is cut off amid a page.
constexpr std::size_t kPageHeaderBytes = 27;
constexpr std::size_t kSegmentsAt = 26;
constexpr std::size_t kMaxPageBytes = kPageHeaderBytes + 255 + 255 * 255;

bool is_whole_page(Bytes page) {
  if (page.size() < kPageHeaderBytes) return false;
  const std::size_t segments = page[kSegmentsAt];
  if (page.size() < kPageHeaderBytes + segments) return false;
  const auto lengths = page.subspan(kPageHeaderBytes, segments);
  const auto body = std::accumulate(lengths.begin(), lengths.end(), std::size_t{0});
  return page.size() >= kPageHeaderBytes + segments + body;
}

/// `tail` is long enough for the last page, if there is no junk behind it.
bool is_short_ogg(Bytes tail) {
  constexpr std::string_view kCapture = "OggS";
  const auto last = std::find_end(tail.begin(), tail.end(), kCapture.begin(), kCapture.end());
  return last != tail.end() && !is_whole_page({last, tail.end()});
}

}  // namespace

bool lacks_end(const Spool& file) {
  std::array<std::uint8_t, kWavHeadBytes> head{};
  const auto head_bytes = file.read(0, head);
  if (is_short_wav(Bytes(head).first(head_bytes), file.size())) return true;
  if (!holds(Bytes(head), 0, "OggS")) return false;
  std::vector<std::uint8_t> tail(
      static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), kMaxPageBytes)));
  const auto tail_bytes = file.read(file.size() - tail.size(), tail);
  return is_short_ogg(Bytes(tail).first(tail_bytes));
}

}  // namespace aura::audio
