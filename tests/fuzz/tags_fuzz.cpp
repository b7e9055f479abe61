// Whatever a file holds: its tags are text on one line, short and in UTF-8, or the file is refused
// with an error about it.

#include <cstdint>
#include <cstdlib>
#include <new>
#include <string_view>

#include "aura/audio/tags.h"
#include "aura/base/error.h"
#include "aura/base/spool.h"
#include "aura/base/text.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_text(std::string_view text) {
  require(text.size() <= aura::audio::kMaxTagBytes && !aura::find_invalid_utf8(text));
  for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  aura::Spool file;
  file.append({data, size});
  try {
    const auto [title, artist, album, genre, isrc, year] = aura::audio::read_tags(file);
    for (const auto* text : {&title, &artist, &album, &genre, &isrc}) check_text(*text);
    require(isrc.empty() || isrc.size() == 12);
    require(!year || (*year >= aura::audio::kFirstTagYear && *year <= aura::audio::kLastTagYear));
  } catch (const aura::JobError& error) {
    require(!error.retryable() && !error.code().empty());
  } catch (const std::bad_alloc&) {
    // The sandbox, which bounds memory as a whole, makes an error of it.
  }
  return 0;
}
