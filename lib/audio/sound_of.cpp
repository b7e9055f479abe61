#include "sound_of.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "aura/base/file_start.h"
#include "window.h"

namespace aura::audio {
namespace {

// ID3v2 (id3.org, id3v2.4.0-structure): a header of "ID3", version, flags and the size of what
// follows in four times seven bits; with a flag, a footer of "3DI" and the same behind.
constexpr std::size_t kId3HeadBytes = 10;

/// Of the tag whose header, or with "3DI" whose footer, `head` is: all of it.
std::optional<std::uint64_t> id3v2_bytes(std::string_view head, std::string_view mark) {
  constexpr std::uint32_t kHasFooter = 0x10;
  if (head.size() < kId3HeadBytes || !head.starts_with(mark)) return std::nullopt;
  std::uint64_t size = 0;
  for (std::size_t i = 6; i < kId3HeadBytes; ++i) {
    if (byte(head, i) > 0x7F) return std::nullopt;
    size = size << 7 | byte(head, i);
  }
  if (byte(head, 3) == 0xFF || byte(head, 4) == 0xFF) return std::nullopt;
  return kId3HeadBytes + size + ((byte(head, 5) & kHasFooter) != 0 ? kId3HeadBytes : 0);
}

// APEv2 (wiki.hydrogenaud.io, APE Tags Header): 32 bytes in front, which may be left out, and
// behind: "APETAGEX", version, the size of all but the header, the number of items, flags.
constexpr std::size_t kApeHeadBytes = 32;
constexpr std::string_view kApe = "APETAGEX";

std::optional<std::uint64_t> ape_bytes(std::string_view head, bool is_header) {
  constexpr std::uint32_t kHasHeader = 0x8000'0000;
  constexpr std::uint32_t kIsHeader = 0x2000'0000;
  if (head.size() < kApeHeadBytes || !head.starts_with(kApe)) return std::nullopt;
  const auto flags = little_endian(head, 20);
  if (((flags & kIsHeader) != 0) != is_header) return std::nullopt;
  return little_endian(head, 12) + std::uint64_t{(flags & kHasHeader) != 0 ? kApeHeadBytes : 0};
}

constexpr std::string_view kId3v1 = "TAG";
constexpr std::size_t kId3v1Bytes = 128;
constexpr std::string_view kId3v1More = "TAG+";  // which goes before
constexpr std::size_t kId3v1MoreBytes = 227;

// Lyrics3 (id3.org, Lyrics3 and Lyrics3v2): before an ID3v1.
constexpr std::string_view kLyrics = "LYRICSBEGIN";
constexpr std::string_view kLyrics2End = "LYRICS200";
constexpr std::string_view kLyrics1End = "LYRICSEND";
constexpr std::size_t kLyricsEndBytes = 9;
constexpr std::size_t kLyricsSizeDigits = 6;
constexpr std::size_t kMostLyrics1Bytes = 5100 + kLyrics.size() + kLyricsEndBytes;

/// How many of the bytes before `end` are Lyrics3.
std::uint64_t lyrics_before(Window& file, std::uint64_t end) {
  if (end < kLyricsEndBytes) return 0;
  if (file.holds(end - kLyricsEndBytes, kLyrics1End)) {
    const auto most = std::min<std::uint64_t>(end, kMostLyrics1Bytes);
    const auto at = file.bytes(end - most, static_cast<std::size_t>(most)).rfind(kLyrics);
    return at == std::string_view::npos ? 0 : most - at;
  }
  constexpr auto kTail = kLyricsSizeDigits + kLyricsEndBytes;
  if (end < kTail || !file.holds(end - kLyricsEndBytes, kLyrics2End)) return 0;
  std::uint64_t size = 0;
  for (const char digit : file.bytes(end - kTail, kLyricsSizeDigits)) {
    if (digit < '0' || digit > '9') return 0;
    size = size * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return size + kTail <= end && file.holds(end - kTail - size, kLyrics) ? size + kTail : 0;
}

/// How many of the bytes before `end` are a tag.
std::uint64_t tag_before(Window& file, std::uint64_t end) {
  if (end >= kId3v1Bytes && file.holds(end - kId3v1Bytes, kId3v1)) return kId3v1Bytes;
  if (end >= kId3v1MoreBytes && file.holds(end - kId3v1MoreBytes, kId3v1More))
    return kId3v1MoreBytes;
  if (end >= kApeHeadBytes && file.holds(end - kApeHeadBytes, kApe)) {
    const auto bytes = ape_bytes(file.bytes(end - kApeHeadBytes, kApeHeadBytes), false);
    return bytes && *bytes >= kApeHeadBytes && *bytes <= end ? *bytes : kApeHeadBytes;
  }
  if (end >= kId3HeadBytes) {
    const auto bytes = id3v2_bytes(file.bytes(end - kId3HeadBytes, kId3HeadBytes), "3DI");
    if (bytes && *bytes <= end && file.holds(end - *bytes, "ID3")) return *bytes;
  }
  return lyrics_before(file, end);
}

/// How many bytes from `at` on are a tag that lies before `end`.
std::uint64_t tag_at(Window& file, std::uint64_t at, std::uint64_t end) {
  const auto fits = [&](std::optional<std::uint64_t> bytes) {
    return bytes && *bytes <= end - at ? *bytes : 0;
  };
  if (const auto id3 = fits(id3v2_bytes(file.bytes(at, kId3HeadBytes), "ID3"))) return id3;
  if (const auto ape = fits(ape_bytes(file.bytes(at, kApeHeadBytes), true))) return ape;
  if (file.holds(at, kId3v1More)) return fits(kId3v1MoreBytes);
  return file.holds(at, kId3v1) ? fits(kId3v1Bytes) : 0;
}

/// The length of the MPEG audio frame (ISO 11172-3, 2.4.1.3; 13818-3; the so-called 2.5) that
/// `head` begins. Nothing also of the free format, which doesn't say.
std::optional<std::uint64_t> mpeg_frame_bytes(std::string_view head) {
  if (head.size() < 4 || byte(head, 0) != 0xFF || byte(head, 1) < 0xE0) return std::nullopt;
  constexpr std::uint32_t kMpeg1 = 3;
  const auto version = byte(head, 1) >> 3 & 3;  // 0: 2.5, 2: 2, 3: 1
  const auto layer = 4 - (byte(head, 1) >> 1 & 3);
  const auto bitrate = byte(head, 2) >> 4;
  const auto rate = byte(head, 2) >> 2 & 3;
  const auto padding = byte(head, 2) >> 1 & 1;
  if (version == 1 || layer == 4 || bitrate == 0 || bitrate == 15 || rate == 3) return std::nullopt;
  constexpr std::uint32_t kKbitPerS[2][3][15] = {
      {{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
       {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
       {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}},
      {{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
       {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
       {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}}};
  constexpr std::uint32_t kRateHz[] = {44'100, 48'000, 32'000};
  const bool is_mpeg1 = version == kMpeg1;
  const auto bits_per_s = kKbitPerS[is_mpeg1 ? 0 : 1][layer - 1][bitrate] * 1000;
  const auto rate_hz = kRateHz[rate] >> (is_mpeg1 ? 0 : version == 2 ? 1 : 2);
  if (layer == 1) return (12 * bits_per_s / rate_hz + padding) * 4;
  const std::uint32_t samples = layer == 3 && !is_mpeg1 ? 576 : 1152;
  return samples / 8 * bits_per_s / rate_hz + padding;
}

/// The same of ADTS (ISO 13818-7, 6.2).
std::optional<std::uint64_t> adts_frame_bytes(std::string_view head) {
  constexpr std::uint64_t kHeadBytes = 7;
  if (head.size() < kHeadBytes || byte(head, 0) != 0xFF || (byte(head, 1) & 0xF6) != 0xF0)
    return std::nullopt;
  const std::uint64_t size = (byte(head, 3) & 3) << 11 | byte(head, 4) << 3 | byte(head, 5) >> 5;
  if (size < kHeadBytes || (byte(head, 2) >> 2 & 15) > 12) return std::nullopt;
  return size;
}

std::optional<std::uint64_t> frame_bytes(Window& file, std::uint64_t at) {
  const auto head = file.bytes(at, 7);
  const auto mpeg = mpeg_frame_bytes(head);
  return mpeg ? mpeg : adts_frame_bytes(head);
}

/// How many of the bytes from `at` on, up to `end`, are zero.
std::uint64_t zeros_at(Window& file, std::uint64_t at, std::uint64_t end) {
  const auto begin = at;
  while (at < end) {
    const auto bytes =
        file.bytes(at, static_cast<std::size_t>(std::min<std::uint64_t>(end - at, Window::kStep)));
    const auto other = bytes.find_first_not_of('\0');
    if (other != std::string_view::npos) return at + other - begin;
    if (bytes.empty()) break;
    at += bytes.size();
  }
  return at - begin;
}

/// Whether `zeros` bytes from `at` on, up to `end`, fill up: before a tag, behind one, at the end.
/// More of them are a part that was never written, and so are those amid the sound.
bool is_padding(Window& file, std::uint64_t at, std::uint64_t zeros, std::uint64_t end,
                bool is_behind_tag) {
  constexpr std::uint64_t kMost = 65'536;
  if (zeros == 0 || zeros > kMost) return false;
  return is_behind_tag || at + zeros == end || tag_at(file, at + zeros, end) > 0;
}

/// The stretches of a stream of frames that lies in [begin, end). Steps from frame to frame; where
/// the next is not where it should be, it is damage unless it is a tag or padding.
std::vector<Stretch> frames_of(Window& file, std::uint64_t begin, std::uint64_t end) {
  std::vector<Stretch> stretches;
  auto at = begin;
  while (at < end) {
    if (const auto frame = frame_bytes(file, at)) {
      at += *frame;
      continue;
    }
    auto skipped = tag_at(file, at, end);
    if (skipped == 0) {
      const auto zeros = zeros_at(file, at, end);
      if (!is_padding(file, at, zeros, end, at == begin)) {
        at += std::max<std::uint64_t>(zeros, 1);
        continue;
      }
      skipped = zeros;
    }
    if (at > begin) stretches.push_back({begin, at - begin});
    at += skipped;
    begin = at;
  }
  if (end > begin) stretches.push_back({begin, end - begin});
  return stretches;
}

/// How many of `zeros` bytes at `at` stand before what begins a format with zeros of its own, or a
/// frame. None where nothing known follows.
std::uint64_t padding_in(Window& file, std::uint64_t at, std::uint64_t zeros) {
  constexpr std::size_t kStartBytes = 64;
  constexpr std::uint64_t kMostOwn = 3;  // of the size of MP4's first box
  constexpr std::string_view kAc3 = "\x0B\x77";
  if (frame_bytes(file, at + zeros) || file.holds(at + zeros, kAc3)) return zeros;
  for (auto own = std::min(zeros, kMostOwn) + 1; own-- > 0;) {
    if (begins_as_audio(file.bytes(at + zeros - own, kStartBytes))) return zeros - own;
  }
  return 0;
}

/// How many of the last bytes before `end`, of a FLAC, are zeros that no frame needs.
std::uint64_t flac_padding_before(Window& file, std::uint64_t end) {
  constexpr std::uint64_t kChecksumBytes = 2;  // a frame may end with such
  const auto count = std::min<std::uint64_t>(end, Window::kStep);
  const auto last = file.bytes(end - count, static_cast<std::size_t>(count));
  const auto sound = last.find_last_not_of('\0') + 1;
  const auto zeros = last.size() - sound;
  return zeros > kChecksumBytes ? zeros - kChecksumBytes : 0;
}

/// Where the tags in front of what lies before `end` have ended.
std::uint64_t skip_front(Window& file, std::uint64_t end) {
  std::uint64_t begin = 0;
  while (begin < end) {
    const auto bytes = id3v2_bytes(file.bytes(begin, kId3HeadBytes), "ID3");
    if (!bytes || *bytes > end - begin) break;
    begin += *bytes;
    // Some don't count their padding.
    const auto zeros = zeros_at(file, begin, end);
    if (is_padding(file, begin, zeros, end, true)) begin += padding_in(file, begin, zeros);
  }
  return begin;
}

}  // namespace

bool is_free_format(const Spool& spool) {
  Window file(spool);
  const auto begin = skip_front(file, file.size());
  const auto start = file.bytes(begin, Window::kStep);
  constexpr std::size_t kSame = 3;  // sync, version, layer, no bitrate, rate; padding may change
  if (start.size() < kSame) return false;
  const auto head = [&](std::size_t at) {
    return byte(start, at) << 16 | byte(start, at + 1) << 8 | (byte(start, at + 2) & 0xFC);
  };
  // It would be a frame with the smallest bitrate instead of none.
  std::string like(start.substr(0, 4));
  if ((byte(start, 2) & 0xF0) != 0) return false;
  like[2] = static_cast<char>(byte(start, 2) | 0x10);
  if (!mpeg_frame_bytes(like)) return false;
  // At even distances, but for a byte or four of padding.
  std::size_t frames = 0, length = 0;
  for (std::size_t at = 0; frames < 2;) {
    auto next = at + kSame;
    while (next + kSame <= start.size() && head(next) != head(0)) ++next;
    if (next + kSame > start.size()) return false;
    constexpr std::size_t kMostPadding = 4;
    if (frames > 0 && (next - at > length + kMostPadding || next - at + kMostPadding < length))
      return false;
    length = next - at;
    at = next;
    ++frames;
  }
  return true;
}

std::vector<Stretch> sound_of(const Spool& spool) {
  Window file(spool);
  auto end = file.size();
  while (const auto bytes = tag_before(file, end)) end -= bytes;
  const auto begin = skip_front(file, end);
  if (file.holds(begin, "fLaC")) end -= std::min(flac_padding_before(file, end), end - begin);
  const auto first = frame_bytes(file, begin);
  if (first && frame_bytes(file, begin + *first)) return frames_of(file, begin, end);
  if (begin >= end) return {};
  return {{begin, end - begin}};
}

}  // namespace aura::audio
