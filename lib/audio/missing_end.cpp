#include "missing_end.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "ogg_page.h"
#include "window.h"

namespace aura::audio {
namespace {

/// What begins a WAV: "RIFF", the size of all that follows (little endian), "WAVE".
constexpr std::size_t kWavHeadBytes = 12;

bool is_short_wav(std::string_view head, std::uint64_t file_bytes) {
  if (head.size() < kWavHeadBytes || !head.starts_with("RIFF") || !head.ends_with("WAVE"))
    return false;
  // Who writes to a pipe can't know the size, and states 2 GiB (SoX a page less) or more.
  constexpr std::uint32_t kUnknown = 0x7FFF'F000;
  // Some writers count the 8 bytes before, or a byte of padding that they don't write.
  constexpr std::uint64_t kMiscounted = 9;
  const auto stated = little_endian(head, 4);
  return stated < kUnknown && file_bytes + kMiscounted < std::uint64_t{stated} + 8;
}

/// `tail` is long enough for the last page, if there is no junk behind it. The page's flag that it
/// is the last says nothing: recorders of live streams set none, and an upload is cut off amid a
/// page.
bool is_short_ogg(std::string_view tail) {
  const auto last = tail.rfind(kOggCapture);
  if (last == std::string_view::npos) return false;
  const auto page = ogg_page(tail.substr(last));
  return !page || page->bytes > tail.size() - last;
}

}  // namespace

bool lacks_end(const Spool& spool) {
  Window file(spool);
  if (is_short_wav(file.bytes(0, kWavHeadBytes), file.size())) return true;
  if (!file.holds(0, kOggCapture)) return false;
  static_assert(kMaxOggPageBytes <= Window::kRoom);
  const auto tail = std::min<std::uint64_t>(file.size(), kMaxOggPageBytes);
  return is_short_ogg(file.bytes(file.size() - tail, static_cast<std::size_t>(tail)));
}

}  // namespace aura::audio
