#include "aura/base/file_start.h"

#include <algorithm>
#include <array>

#include "aura/base/text.h"

namespace aura {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n\f";

/// What stands at `offset` in files of a format.
struct Signature {
  std::string_view bytes;
  std::size_t offset = 0;
};

constexpr std::array kSignatures{
    Signature{"ID3"},                 // before MP3, AAC and others
    Signature{"RIFF"},                // WAV, AVI
    Signature{"RIFX"},                // WAV, big-endian
    Signature{"RF64"},                // WAV
    Signature{"BW64"},                // WAV
    Signature{"riff"},                // W64
    Signature{"FORM"},                // AIFF
    Signature{".snd"},                // AU
    Signature{"caff"},                // CAF
    Signature{"fLaC"},                // FLAC
    Signature{"OggS"},                // Ogg
    Signature{"ftyp", 4},             // MP4, MOV
    Signature{"moov", 4},             //
    Signature{"mdat", 4},             //
    Signature{"wide", 4},             //
    Signature{"free", 4},             //
    Signature{"skip", 4},             //
    Signature{"\x1A\x45\xDF\xA3"},    // Matroska, WebM
    Signature{"\x30\x26\xB2\x75"},    // ASF: WMA
    Signature{"MAC "},                // Monkey's Audio
    Signature{"wvpk"},                // WavPack
    Signature{"TTA"},                 // True Audio
    Signature{"tBaK"},                // TAK
    Signature{"MP+"},                 // Musepack
    Signature{"MPCK"},                //
    Signature{"#!AMR"},               // AMR
    Signature{"DSD "},                // DSF
    Signature{"ea3"},                 // OMA
    Signature{"FLV"},                 // FLV
    Signature{"\x7F\xFE\x80\x01"},    // DTS
    Signature{"\x00\x00\x01\xBA"sv},  // MPEG program stream
};

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_text(std::string_view bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) {
    return static_cast<unsigned char>(c) >= ' ' || kBlanks.find(c) != std::string_view::npos;
  });
}

void drop(std::string_view& text, std::size_t count) noexcept {
  text.remove_prefix(std::min(count, text.size()));
}

void drop_blanks(std::string_view& text) noexcept {
  drop(text, text.find_first_not_of(kBlanks));
}

/// Drops what `opening` begins, up to and with `closing`. Whether there was any.
bool drop_enclosed(std::string_view& text, std::string_view opening,
                   std::string_view closing) noexcept {
  if (!text.starts_with(opening)) return false;
  const auto end = text.find(closing, opening.size());
  drop(text, end == std::string_view::npos ? end : end + closing.size());
  drop_blanks(text);
  return true;
}

}  // namespace

Document document_of(std::string_view start) noexcept {
  if (!is_text(start)) return Document::kNone;
  if (start.starts_with(kByteOrderMark)) start.remove_prefix(kByteOrderMark.size());
  drop_blanks(start);
  if (start.starts_with('{')) {
    start.remove_prefix(1);
    drop_blanks(start);
    const bool is_json = start.starts_with('"') || start.starts_with('}');
    return is_json ? Document::kErrorMessage : Document::kNone;
  }
  const bool is_xml = starts_with_ignoring_case(start, "<?xml");
  bool is_marked = false;
  while (drop_enclosed(start, "<!--", "-->") || drop_enclosed(start, "<?", "?>")) is_marked = true;
  if (start.empty()) return is_marked ? Document::kWebPage : Document::kNone;
  if (!start.starts_with('<')) return Document::kNone;
  start.remove_prefix(1);
  if (starts_with_ignoring_case(start, "!doctype")) return Document::kWebPage;
  const auto name_end = std::find_if_not(start.begin(), start.end(), is_letter);
  const auto name = start.substr(0, static_cast<std::size_t>(name_end - start.begin()));
  if (starts_with_ignoring_case(name, "error")) return Document::kErrorMessage;
  for (const auto element : {"html"sv, "head"sv, "body"sv, "title"sv, "meta"sv, "script"sv}) {
    if (equal_ignoring_case(name, element)) return Document::kWebPage;
  }
  return is_xml ? Document::kWebPage : Document::kNone;
}

bool begins_as_audio(std::string_view start) noexcept {
  // MPEG audio's frames and AAC's. No data in any of HTTP's compressions begins with 0xFF: gzip,
  // zlib, zstd and compress have marks of their own, raw deflate's would be a reserved type of
  // block, and brotli's the whole of an empty file.
  if (start.size() >= 2 && start[0] == '\xFF' && (start[1] & 0xE0) == 0xE0) return true;
  return std::any_of(kSignatures.begin(), kSignatures.end(), [&](const Signature& signature) {
    return start.size() >= signature.offset &&
           start.substr(signature.offset).starts_with(signature.bytes);
  });
}

}  // namespace aura
