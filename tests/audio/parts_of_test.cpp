#include "parts_of.h"

#include <catch2/catch.hpp>
#include <string_view>

#include "files.h"
#include "ogg.h"
#include "programs.h"

namespace aura::audio {
namespace {

/// Two seconds of music in an Ogg.
Bytes ogg(const char* codec, const char* rate_hz = "48000", const char* channels = "2") {
  return coded_music("a.ogg", 2, {"-c:a", codec, "-ar", rate_hz, "-ac", channels});
}

std::size_t count_of(const Bytes& file) {
  return parts_of(spooled(file)).size();
}

Bytes joined(const std::vector<Bytes>& pages) {
  Bytes file;
  for (const auto& page : pages) file = file + page;
  return file;
}

TEST_CASE("parts of: what is no chain is one") {
  for (const auto& path : small_files()) {
    INFO(path);
    const auto file = spooled(read_data(path));
    CHECK(parts_of(file) == std::vector<Part>{sound_of(file)});
  }
  CHECK(count_of({}) == 1);
  CHECK(count_of({'O', 'g', 'g', 'S'}) == 1);
}

TEST_CASE("parts of: links of a chain are heard one behind the other, whatever each is in") {
  const std::vector<Bytes> links{ogg("libvorbis"),
                                 ogg("libvorbis", "48000", "1"),
                                 ogg("libopus"),
                                 ogg("libopus", "48000", "6"),
                                 ogg("flac", "44100", "1"),
                                 ogg("libvorbis", "22050"),
                                 ogg("libspeex", "16000", "1")};
  std::vector<Audio> alone;
  for (const auto& link : links) alone.push_back(decode_all(link));
  for (std::size_t first = 0; first < links.size(); ++first) {
    for (std::size_t second = 0; second < links.size(); ++second) {
      CAPTURE(first, second);
      const auto chain = links[first] + links[second];
      CHECK(count_of(chain) == 2);
      const auto both = decode_all(chain);
      const auto &once = alone[first], &again = alone[second];
      CHECK(both.warnings == std::vector<std::string>());
      REQUIRE(both.samples.size() <= once.samples.size() + again.samples.size());
      REQUIRE(both.samples.size() + 1 >= once.samples.size() + again.samples.size());
      // The resampler goes on where the rate stays: its filter reaches across the joint, and fades.
      constexpr std::size_t kJoint = 200;
      double worst = 0;
      for (std::size_t i = 0; i + kJoint < once.samples.size(); ++i)
        worst = std::max<double>(worst, std::abs(both.samples[i] - once.samples[i]));
      CHECK(worst < 1e-6);
      const auto behind = both.samples.size() - again.samples.size();
      for (std::size_t i = kJoint; i < again.samples.size(); ++i)
        worst = std::max<double>(worst, std::abs(both.samples[behind + i] - again.samples[i]));
      CHECK(worst < 1e-6);
    }
  }
}

TEST_CASE("parts of: damage between links and amid one costs no link") {
  const auto link = ogg("libvorbis");
  CHECK(count_of(link + Bytes(3000, 0xA5) + link) == 2);
  auto damaged = link;
  std::fill_n(damaged.begin() + static_cast<std::ptrdiff_t>(link.size() / 2), 2000, 0xA5);
  CHECK(count_of(damaged + link + damaged) == 3);
}

TEST_CASE("parts of: a link that can't be decoded is left out, with a warning") {
  const auto link = ogg("libopus");
  auto unknown = pages_of(link);
  unknown.front()[28] = 'x';  // of OpusHead
  const auto audio = decode_all(link + joined(unknown) + link);
  CHECK(audio.warnings.size() == 1);
  CHECK(audio.samples.size() >= 2 * decode_all(link).samples.size() - 1);
}

TEST_CASE("parts of: streams side by side are one part, though one begin late") {
  auto pages = pages_of(ogg("libvorbis"));
  auto other = pages_of(ogg("libopus"));
  for (auto& page : other) page[14] ^= 1;  // another serial number
  REQUIRE(pages.size() > 3);
  REQUIRE(other.size() > 2);
  CHECK(count_of(other.at(0) + joined(pages)) == 1);
  pages.insert(pages.begin() + 3, other.at(0));
  CHECK(count_of(joined(pages)) == 1);
}

TEST_CASE("parts of: a chain has no more links than can be opened in good time") {
  const auto head = pages_of(ogg("libopus"));
  const auto link = head.at(0) + head.at(1);
  Bytes chain;
  for (int i = 0; i < 1500; ++i) chain = std::move(chain) + link;
  const auto parts = parts_of(spooled(chain));
  REQUIRE(parts.size() == 1000);
  const auto& last = parts.back().front();
  CHECK(last.at + last.size == chain.size());
}

}  // namespace
}  // namespace aura::audio
