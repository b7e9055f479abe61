#include "aura/catalogue/import_rows.h"

#include <catch2/catch.hpp>
#include <string>

namespace aura::catalogue {
namespace {

ImportRow row(const std::string& audio) {
  ImportRow row;
  row.song = "One";
  row.artist = "A";
  row.audio = audio;
  return row;
}

Song song_of(const ImportRow& row, const std::string& folder = "/music/hits") {
  auto song = to_song(row, folder);
  REQUIRE(std::holds_alternative<Song>(song));
  return std::get<Song>(song);
}

std::string problem_of(const ImportRow& row) {
  const auto song = to_song(row, "/music");
  return std::holds_alternative<BadRow>(song) ? std::get<BadRow>(song).reason : "";
}

}  // namespace

TEST_CASE("import rows: a song gives back its row, in the folder that it came from") {
  auto full = row("a/1.wav");
  full.year = 1999;
  full.genre = "Pop";
  full.isrc = "USRC17607839";
  full.spotify_url = "https://open.spotify.com/track/1";
  full.image_url = "https://i.scdn.co/1";
  full.chart = "hot-100";
  full.week = "1999-05-01";
  full.position = 7;
  full.streams = 100;
  for (const std::string audio :
       {"a/1.wav", "1.wav", "../up/1.wav", "./1.wav", "a/./1.wav", "/other/1.wav",
        "/music/hits/1.wav", "https://host/a/./b.mp3?key=1"}) {
    CAPTURE(audio);
    full.audio = audio;
    CHECK(to_rows(song_of(full), "/music/hits") == std::vector{full});
    CHECK(to_rows(song_of(full, "/"), "/") == std::vector{full});
  }
}

TEST_CASE("import rows: in another folder a relative path becomes absolute") {
  const auto audio = [](const std::string& path, const std::string& to) {
    return to_rows(song_of(row(path)), to).at(0).audio;
  };
  CHECK(audio("a/1.wav", "/music") == "/music/hits/a/1.wav");
  CHECK(audio("../1.wav", "/music") == "/music/1.wav");
  CHECK(audio("/x/1.wav", "/music") == "/x/1.wav");
  CHECK(audio("https://host/a/./b.mp3", "/music") == "https://host/a/./b.mp3");
}

TEST_CASE("import rows: a song has a row for each chart entry") {
  auto song = song_of(row("1.wav"));
  CHECK(to_rows(song, "/music").size() == 1);
  song.charts = {{"hot-100", "1999-05-01", 7, 100}, {"uk", "1999-05-08", std::nullopt, 5}};
  const auto rows = to_rows(song, "/music/hits");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].chart == "hot-100");
  CHECK(rows[1].chart == "uk");
  CHECK(rows[1].week == "1999-05-08");
  CHECK(!rows[1].position);
  CHECK(rows[1].audio == "1.wav");
}

TEST_CASE("import rows: what the catalogue refuses is a bad row, with the reason") {
  CHECK(problem_of(row("1.wav")).empty());
  auto chart = row("1.wav");
  chart.position = 1;
  CHECK(problem_of(chart) == "week, position and streams belong to a chart, and chart is empty");
  chart.chart = "hot-100";
  chart.week = "yesterday";
  CHECK(problem_of(chart) == "the week is no date such as 2024-05-13");
  auto url = row("1.wav");
  url.image_url = "http://host/1.jpg";
  CHECK(problem_of(url) == "imageUrl does not begin with https://");
}

TEST_CASE("import rows: a URL is told from a path") {
  for (const std::string url : {"https://host/a", "HTTP://host/a", "http:/host", "ftp://host/a"})
    CHECK(is_url_origin(url));
  for (const std::string path : {"a.mp3", "/a/b.mp3", "http.mp3", "job 1", ""})
    CHECK_FALSE(is_url_origin(path));
}

}  // namespace aura::catalogue
