#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "fixture.h"
#include "tones.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHeader =
    "song,artist,year,audio,genre,isrc,spotifyUrl,imageUrl,chart,week,position,streams\n";

/// A file with these lines, each with empty cells where it ends early.
std::string csv_of(const std::string& rows) {
  const std::string header = kHeader;
  const auto columns = std::count(header.begin(), header.end(), ',');
  std::string csv = header;
  for (const auto& line : lines(rows)) {
    std::ptrdiff_t commas = 0;
    bool is_quoted = false;
    for (const char c : line) {
      if (c == '"') is_quoted = !is_quoted;
      if (c == ',' && !is_quoted) ++commas;
    }
    csv += line + std::string(static_cast<std::size_t>(columns - commas), ',') + "\n";
  }
  return csv;
}

struct CatalogueImport : WithTables {
  CatalogueImport() {
    for (int i = 1; i <= 3; ++i) write(std::to_string(i) + ".wav", tone(i));
    server.serve("/4.wav", ok(tone(4)));
  }

  Finished import(const std::string& rows, const Environment& more = {}) const {
    return run({"catalogue", "import", write("hits.csv", csv_of(rows))}, more);
  }
  std::string number(const std::string& sql) { return database.value("SELECT " + sql); }
  std::string songs() { return number("count(*) FROM aura.catalogue WHERE removed_at IS NULL"); }
  std::string exported(const Arguments& more = {}) const {
    Arguments all{"catalogue", "export"};
    all.insert(all.end(), more.begin(), more.end());
    const auto finished = run(all);
    INFO(finished.error);
    CHECK(finished.status == ExitStatus{});
    return finished.output;
  }
};

std::vector<std::string> sorted_lines(const std::string& text) {
  auto all = lines(text);
  std::sort(all.begin(), all.end());
  return all;
}

std::string counts(int added, int measured, int updated, int unchanged, int duplicates, int bad) {
  return "added " + std::to_string(added) + " (" + std::to_string(measured) +
         " measured now), updated " + std::to_string(updated) + ", unchanged " +
         std::to_string(unchanged) + ", duplicates " + std::to_string(duplicates) + ", bad " +
         std::to_string(bad) + "\n";
}

}  // namespace

TEST_CASE_METHOD(CatalogueImport,
                 "catalogue import: bad lines are named by number and reason, and the others go "
                 "in") {
  write("text.wav", "no music at all\n");
  const auto finished = import(
      "One,A,1999,1.wav,Pop,USRC17607839,https://open.spotify.com/track/1,https://i.scdn.co/1\n"
      "Four,D,,?\n"
      ",C,2001,1.wav\n"
      "Five,E,soon,1.wav\n"
      "Six,F,2001,missing.wav\n"
      "Seven,G,2001,text.wav\n"
      "Eight,H,2001,ftp://host/a.wav\n"
      "Nine,I,2001,2.wav,,,http://open.spotify.com/track/9\n"
      "Ten,J,2001,2.wav,,,,,hot-100,yesterday,1\n");
  INFO(finished.error);
  CHECK(finished.status == ExitStatus{1});
  CHECK(finished.output == counts(1, 1, 0, 0, 0, 8));
  for (int line = 3; line <= 10; ++line)
    CHECK(contains("\n" + finished.error, "\naura: line " + std::to_string(line) + ": "));
  CHECK(lines(finished.error).size() == 8);
  CHECK(contains(finished.error, "line 4: song is empty"));
  CHECK(contains(finished.error, "line 8: "));
  CHECK(contains(finished.error, "missing.wav: "));
  CHECK(songs() == "1");
  CHECK(number("concat(song, artist, year, genre, isrc, spotify_url, image_url) FROM "
               "aura.catalogue") ==
        "OneA1999PopUSRC17607839https://open.spotify.com/track/1https://i.scdn.co/1");
  CHECK(number("count(*) FROM aura.catalogue_vector WHERE kind = 'timbre'") == "1");
}

TEST_CASE_METHOD(CatalogueImport,
                 "catalogue import: nothing is measured twice, and only changed texts are "
                 "written") {
  const std::string one = "One,A,1999,1.wav\n", two = "Two,B,,2.wav\n";
  CHECK(import(one).output == counts(1, 1, 0, 0, 0, 0));
  CHECK(import(one + two).output == counts(1, 1, 0, 1, 0, 0));
  CHECK(import("One more,A,1999,1.wav\n" + two).output == counts(0, 0, 1, 1, 0, 0));
  CHECK(number("song FROM aura.catalogue WHERE artist = 'A'") == "One more");
  // The same bytes elsewhere are the same song.
  fs::rename(folder() / "2.wav", folder() / "moved.wav");
  CHECK(import("Two,B,,moved.wav\n").output == counts(0, 0, 1, 0, 0, 0));
  // Rows are gone, measurements are not.
  database.execute("DELETE FROM aura.catalogue");
  CHECK(import(one + "Two,B,,moved.wav\n").output == counts(2, 0, 0, 0, 0, 0));
  CHECK(number("count(*) FROM aura.catalogue_vector") == "2");
  // Other bytes are another song.
  write("1.wav", tone(9));
  CHECK(import(one).output == counts(1, 1, 0, 0, 0, 0));
  CHECK(songs() == "3");
}

TEST_CASE_METHOD(CatalogueImport,
                 "catalogue import: a URL that the catalogue has is not fetched again") {
  const auto line = "Four,D,2004," + server.url("/4.wav") + "\n";
  CHECK(import(line).output == counts(1, 1, 0, 0, 0, 0));
  CHECK(import(line).output == counts(0, 0, 0, 1, 0, 0));
  CHECK(server.requests("/4.wav").size() == 1);
  database.execute("UPDATE aura.catalogue_vector SET version = 0");
  CHECK(import(line).output == counts(1, 0, 0, 0, 0, 0));
  CHECK(server.requests("/4.wav").size() == 2);
  CHECK(songs() == "1");
}

TEST_CASE_METHOD(CatalogueImport, "catalogue import: hosts that are not public are refused") {
  const auto finished =
      import("Four,D,2004," + server.url("/4.wav") + "\n", {{"AURA_ALLOW_HOSTS", "192.0.2.1"}});
  CHECK(finished.status == ExitStatus{1});
  CHECK(contains(finished.error, "aura: line 2: http://127.0.0.1"));
  CHECK(server.requests("/4.wav").empty());
  CHECK(songs() == "0");
}

TEST_CASE_METHOD(CatalogueImport,
                 "catalogue import: songs with equal audio are one row, with all their charts") {
  write("copy.wav", tone(1));
  const auto finished = import(
      "One,A,1999,1.wav,,,,,hot-100,1999-05-01,7,100\n"
      "One,A,1999,1.wav,,,,,hot-100,1999-05-08,3,\n"
      "Another name,A,1999,copy.wav,,,,,hot-100,1999-05-15,1,\n");
  CHECK(finished.status == ExitStatus{});
  CHECK(finished.output == counts(1, 1, 0, 0, 2, 0));
  // Whichever is measured first.
  const bool is_last =
      contains(finished.error, "copy.wav: the same audio as line 2, whose song and artist count\n");
  const bool is_first = contains(
      finished.error, "1.wav: the same audio as line 4, whose song and artist do not count\n");
  CHECK((is_last || is_first));
  CHECK(lines(finished.error).size() == 1);
  CHECK(number("string_agg(song, ',') FROM aura.catalogue") == "One");
  CHECK(number("string_agg(day || ' ' || position, ',' ORDER BY day) FROM aura.popularity") ==
        "1999-05-01 7,1999-05-08 3,1999-05-15 1");
}

TEST_CASE_METHOD(CatalogueImport,
                 "catalogue import: without the store each song is measured once all the same") {
  const Environment off{{"CACHE", "off"}};
  CHECK(import("One,A,1999,1.wav\n", off).output == counts(1, 1, 0, 0, 0, 0));
  CHECK(import("One,A,1999,1.wav\n", off).output == counts(0, 0, 0, 1, 0, 0));
  CHECK(number("count(*) FROM aura.measurement") == "0");
}

TEST_CASE_METHOD(CatalogueImport,
                 "catalogue import: a job with the audio of a song is a cache hit") {
  write("clip.wav", clip());
  CHECK(import("Clip,A,1999,clip.wav\n").output == counts(1, 1, 0, 0, 0, 0));
  insert_path("job");
  CHECK(contains(drain({{"PICTURE_RETENTION", "0"}}).error, "cache=hit"));
}

TEST_CASE_METHOD(CatalogueImport, "catalogue import: JSON Lines do as well") {
  const auto finished = run({"catalogue", "import",
                             write("hits.jsonl",
                                   "{\"song\": \"One\", \"artist\": \"A\", \"year\": 1999, "
                                   "\"audio\": \"1.wav\"}\n{\"song\": \"Two\"}\n")});
  CHECK(finished.status == ExitStatus{1});
  CHECK(finished.output == counts(1, 1, 0, 0, 0, 1));
  CHECK(contains(finished.error, "aura: line 2: "));
}

TEST_CASE_METHOD(Sandbox,
                 "catalogue import: --dry-run names what is wrong, without a database or a "
                 "download") {
  write("1.wav", tone(1));
  const auto file = write("hits.csv", csv_of("One,A,1999,1.wav\n"
                                             "Two,B,1999,https://192.0.2.1/a.mp3\n"
                                             "Three,C,1999,missing.wav\n"
                                             ",D,1999,1.wav\n"));
  const auto finished = run({"catalogue", "import", "--dry-run", file});
  CHECK(finished.status == ExitStatus{1});
  CHECK(finished.output == "would import 2 songs, bad 2; nothing was changed\n");
  CHECK(contains(finished.error, "aura: line 4: "));
  CHECK(contains(finished.error, "aura: line 5: song is empty"));
  CHECK(lines(finished.error).size() == 2);
}

TEST_CASE_METHOD(CatalogueImport, "catalogue export: is what was imported, byte for byte") {
  const std::string rows =
      "=SUM(A1:A9),\"A, \"\"B\"\" and C\",1999,1.wav,Pop,USRC17607839,https://open.spotify.com/1,"
      "https://i.scdn.co/1,,,,\n"
      "+49,-1,,2.wav,,,,,,,,\n"
      "Café Süß,\xe6\x9d\xb1\xe4\xba\xac,,3.wav,,,,,hot-100,1999-05-01,7,100\n";
  const auto file = folder() / "hits.csv";
  CHECK(import(rows).status == ExitStatus{});
  const auto original = read_file(file);
  const auto text = exported({"-o", (folder() / "export.csv").string()});
  CHECK(text.empty());
  auto written = read_file(folder() / "export.csv");
  std::erase(written, '\r');
  // Songs are added by several threads, in any order.
  CHECK(sorted_lines(written) == sorted_lines(original));
  // Elsewhere relative paths would lead nowhere.
  fs::create_directory(folder() / "other");
  exported({"-o", (folder() / "other/export.csv").string()});
  CHECK(contains(read_file(folder() / "other/export.csv"), "," + (folder() / "1.wav").string()));
  CHECK(run({"catalogue", "import", (folder() / "other/export.csv").string()}).output ==
        counts(0, 0, 3, 0, 0, 0));
  const auto safe = exported({"--for-spreadsheet"});
  CHECK(contains(safe, "'=SUM(A1:A9)"));
  CHECK(contains(safe, "'+49"));
  CHECK(run({"catalogue", "export", "-o", (folder() / "no/such/folder.csv").string()}).status ==
        ExitStatus{1});
}

TEST_CASE_METHOD(CatalogueImport,
                 "catalogue export: leaves the file of before, and nothing else, if it fails") {
  CHECK(import("One,A,1999,1.wav,,,,,,,,\n").status == ExitStatus{});
  const auto target = write("export.csv", "before");
  database.execute("ALTER TABLE aura.popularity RENAME TO lost");
  const auto finished = run({"catalogue", "export", "-o", target});
  CHECK(finished.status == ExitStatus{1});
  CHECK(contains(finished.error, "popularity"));
  CHECK(read_file(target) == "before");
  for (const auto& entry : fs::directory_iterator(folder()))
    CHECK(entry.path().extension() != ".part");
}

TEST_CASE_METHOD(CatalogueImport, "catalogue import: refusals are one line") {
  for (const auto& file : {std::string("missing.csv"), folder().string(), write("empty.csv", ""),
                           write("other.csv", "title,by\nOne,A\n")}) {
    CAPTURE(file);
    const auto finished = run({"catalogue", "import", file});
    CHECK(finished.status == ExitStatus{1});
    CHECK(finished.output.empty());
    CHECK(lines(finished.error).size() == 1);
    CHECK(contains(finished.error, "aura: " + file + ": "));
  }
  database.execute("DROP TABLE aura.space");
  const auto finished = import("One,A,1999,1.wav\n");
  CHECK(finished.status == ExitStatus{2});
  CHECK(contains(finished.error, "the database has no catalogue: create it with `aura migrate`"));
  CHECK(lines(finished.error).size() == 1);
}

}  // namespace aura::test
