#include "aura/catalogue/song.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <utility>

namespace aura::catalogue {
namespace {

Song any_song() {
  Song song;
  song.song = "Café del Mar";
  song.artist = "Energy 52";
  song.year = 1993;
  song.genre = "Trance";
  song.isrc = "DEAA19300001";
  song.spotify_url = "https://open.spotify.com/track/1";
  song.image_url = "https://i.scdn.co/image/1";
  song.charts = {{"uk-singles", "1997-03-08", 24, 100'000}};
  song.origin = "music/cafe.flac";
  return song;
}

}  // namespace

TEST_CASE("song: a song at its limits is taken") {
  CHECK(problem_of(any_song()) == std::nullopt);
  auto song = any_song();
  song.song = std::string(kMaxNameBytes, 'x');
  song.year = kLastYear;
  song.isrc.reset();
  song.charts = {{"c", "2024-02-29", std::nullopt, std::nullopt}};
  CHECK(problem_of(song) == std::nullopt);
}

TEST_CASE("song: what a page or a database can't show is refused, by name") {
  using Change = std::function<void(Song&)>;
  const auto [change, named] = GENERATE(values<std::pair<Change, std::string>>({
      {[](Song& s) { s.song = ""; }, "the song"},
      {[](Song& s) { s.song = "   "; }, "the song"},
      {[](Song& s) { s.song = std::string(kMaxNameBytes + 1, 'x'); }, "the song"},
      {[](Song& s) { s.song = "a\nb"; }, "the song"},
      {[](Song& s) { s.song = std::string("a\0b", 3); }, "the song"},
      {[](Song& s) { s.artist = "\xFF"; }, "the artist"},
      {[](Song& s) { s.artist = "\x1B[31m"; }, "the artist"},
      {[](Song& s) { s.year = kFirstYear - 1; }, "the year"},
      {[](Song& s) { s.year = kLastYear + 1; }, "the year"},
      {[](Song& s) { s.genre = ""; }, "the genre"},
      {[](Song& s) { s.genre = std::string(kMaxGenreBytes + 1, 'x'); }, "the genre"},
      {[](Song& s) { s.isrc = "USRC1760783"; }, "ISRC"},
      {[](Song& s) { s.isrc = "usrc17607839"; }, "ISRC"},
      {[](Song& s) { s.spotify_url = "http://open.spotify.com/"; }, "spotifyUrl"},
      {[](Song& s) { s.spotify_url = "javascript:alert(1)"; }, "spotifyUrl"},
      {[](Song& s) { s.spotify_url = "https://"; }, "spotifyUrl"},
      {[](Song& s) { s.image_url = "https://a/\"onload="; }, "imageUrl"},
      {[](Song& s) { s.image_url = "https://a/" + std::string(kMaxUrlBytes, 'x'); }, "imageUrl"},
      {[](Song& s) { s.charts[0].chart = ""; }, "the chart"},
      {[](Song& s) { s.charts[0].week = "2023-02-29"; }, "the week"},
      {[](Song& s) { s.charts[0].week = "2023-13-01"; }, "the week"},
      {[](Song& s) { s.charts[0].week = "2023-1-001"; }, "the week"},
      {[](Song& s) { s.charts[0].week = "today"; }, "the week"},
      {[](Song& s) { s.charts[0].position = 0; }, "the position"},
      {[](Song& s) { s.charts[0].streams = -1; }, "the streams"},
      {[](Song& s) { s.origin = ""; }, "the origin"},
      {[](Song& s) { s.origin = std::string(kMaxOriginBytes + 1, 'x'); }, "the origin"},
  }));
  auto song = any_song();
  change(song);
  const auto problem = problem_of(song);
  REQUIRE(problem);
  INFO(*problem);
  CHECK(problem->find(named) != std::string::npos);
  CHECK(problem->find('\n') == std::string::npos);
  CHECK(problem->size() < 200);  // it does not repeat the value
}

TEST_CASE("normalised: ways to write one name are equal") {
  const auto [one, other] = GENERATE(values<std::pair<std::string, std::string>>({
      {"Yesterday", "yesterday"},
      {"Yesterday", "Yesterday (Remastered 2009)"},
      {"Yesterday", "Yesterday [Live]"},
      {"Yesterday", "Yesterday - Remastered 2009"},
      {"Yesterday", "Yesterday - Live at Shea Stadium / 1965"},
      {"Yesterday", "Yesterday \u2013 Radio Edit"},
      {"Yesterday", "Yesterday (Radio Edit) [2015 Remaster]"},
      {"Yesterday", "  Yesterday  "},
      {"Empire State of Mind", "Empire State of Mind (feat. Alicia Keys)"},
      {"Jay-Z", "JAY Z"},
      {"Beyoncé", "BEYONCE"},
      {"Beyonce\u0301", "Beyoncé"},
      {"Björk", "BJÖRK"},
      {"Dvořák", "DVORAK"},
      {"The Beatles", "Beatles"},
      {"Rihanna feat. Jay-Z", "RIHANNA"},
      {"Don't Stop", "Don\u2019t Stop"},
      {"ΑΒΓ", "αβγ"},
      {"Кино", "КИНО"},
      {"\uFF21\uFF22", "ab"},
      {"AC/DC", "ac dc"},
  }));
  INFO(one << " | " << other);
  CHECK(normalised(one) == normalised(other));
}

TEST_CASE("normalised: different names stay different") {
  const auto [one, other] = GENERATE(values<std::pair<std::string, std::string>>({
      {"Yesterday", "Today"},
      {"Live", "Remaster"},
      {"(Intro)", "(Outro)"},
      {"Live and Let Die", "Live Forever"},
      {"Song 1", "Song 2"},
      {"!!!", "???"},
      {"Part 1 - Dawn", "Part 1 - Dusk"},
      {"日本", "中国"},
      {"Feat", "Feast"},
      {"a (b", "a"},
  }));
  INFO(one << " | " << other);
  CHECK(normalised(one) != normalised(other));
}

TEST_CASE("normalised: any bytes are taken") {
  CHECK(normalised("").empty());
  CHECK(normalised("\xFF\xFE") == "\xFF\xFE");
  CHECK(normalised("(((") == "(((");
  CHECK(normalised(" - ") == " - ");
}

}  // namespace aura::catalogue
