#include "missing_end.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string_view>

#include "files.h"
#include "wav.h"

namespace aura::audio {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes short_wav() {
  return wav(WavFormat::kS16, 22050, 1, std::vector<double>(1000, 0.1));
}

Bytes with_size(Bytes file, std::uint32_t riff_size) {
  for (std::size_t i = 0; i < 4; ++i) file[4 + i] = static_cast<std::uint8_t>(riff_size >> (8 * i));
  return file;
}

Bytes without(Bytes file, std::size_t last_bytes) {
  file.resize(file.size() - last_bytes);
  return file;
}

TEST_CASE("missing end: a whole file of any format lacks nothing") {
  for (const auto& path : small_files()) {
    INFO(path);
    CHECK_FALSE(lacks_end(spooled(read_data(path))));
  }
}

TEST_CASE("missing end: a WAV is short of what its header states, or was streamed") {
  const Bytes file = short_wav();
  CHECK(lacks_end(spooled(without(file, 100))));
  CHECK(lacks_end(spooled(Bytes(file.begin(), file.begin() + 12))));
  CHECK_FALSE(lacks_end(spooled(without(file, 1))));  // the padding that some leave out
  for (const std::uint32_t unknown : {0U, 0x7FFFF024U, 0x80000024U, 0xFFFFFFFFU}) {
    CHECK_FALSE(lacks_end(spooled(with_size(file, unknown))));
  }
}

TEST_CASE("missing end: an Ogg ends with a whole page, be it called the last or not") {
  const Bytes file = read_data("audio/vorbis.ogg");
  for (const std::size_t cut :
       {std::size_t{1}, std::size_t{1000}, file.size() / 2, file.size() - 4}) {
    INFO(cut);
    CHECK(lacks_end(spooled(without(file, cut))));
  }
  Bytes live = file;
  constexpr std::string_view kCapture = "OggS";
  const auto last = std::find_end(live.begin(), live.end(), kCapture.begin(), kCapture.end());
  REQUIRE(last[5] == 4);
  last[5] = 0;
  CHECK_FALSE(lacks_end(spooled(live)));
  CHECK(lacks_end(spooled(without(live, 1))));
  Bytes junk_behind = file;
  junk_behind.resize(file.size() + 5000, 0xA5);
  CHECK_FALSE(lacks_end(spooled(junk_behind)));
}

TEST_CASE("missing end: what is shorter than any header lacks nothing that could be told") {
  for (const char* text : {"", "R", "RIFF", "RIFF....WAV", "Ogg"}) {
    const std::string_view view(text);
    CHECK_FALSE(lacks_end(spooled(Bytes(view.begin(), view.end()))));
  }
}

}  // namespace
}  // namespace aura::audio
