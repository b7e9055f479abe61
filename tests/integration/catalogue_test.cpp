#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "fixture.h"
#include "tones.h"

namespace aura::test {
namespace {

namespace fs = std::filesystem;

/// An ID3v2.3 tag with title, artist, year and genre; empty ones are left out.
std::string id3(const std::string& title, const std::string& artist, const std::string& year = "",
                const std::string& genre = "") {
  const auto size = [](std::size_t bytes) {
    return std::string(3, '\0') + static_cast<char>(bytes);
  };
  std::string frames;
  const auto add = [&](const std::string& name, const std::string& text) {
    if (!text.empty()) frames += name + size(text.size() + 1) + std::string(3, '\0') + text;
  };
  add("TIT2", title);
  add("TPE1", artist);
  add("TYER", year);
  add("TCON", genre);
  return std::string("ID3\x03\0\0", 6) + size(frames.size()) + frames;
}

struct CatalogueCommands : WithTables {
  /// Imports the tones 1 to `count`: song "Song 1" by "Artist 1", and so on.
  void import(int count) {
    std::string csv = "song,artist,year,audio,genre\n";
    for (int i = 1; i <= count; ++i) {
      const auto number = std::to_string(i);
      write(number + ".wav", tone(i));
      csv += "Song " + number + ",Artist " + number + ",200" + number + "," + number + ".wav,Pop\n";
    }
    const auto finished = run({"catalogue", "import", write("hits.csv", csv)});
    INFO(finished.error);
    REQUIRE(finished.status == ExitStatus{});
  }
  std::vector<Json> listed(const Arguments& more = {}) const {
    Arguments all{"catalogue", "list", "--json"};
    all.insert(all.end(), more.begin(), more.end());
    const auto finished = run(all);
    CHECK(finished.status == ExitStatus{});
    CHECK(finished.error.empty());
    std::vector<Json> rows;
    for (const auto& line : lines(finished.output)) rows.push_back(Json::parse(line));
    return rows;
  }
};

}  // namespace

TEST_CASE_METHOD(CatalogueCommands, "catalogue list: newest first, by text, as a table and JSON") {
  CHECK(run({"catalogue", "list"}).output.empty());
  import(3);
  const auto rows = listed();
  REQUIRE(rows.size() == 3);
  CHECK(rows[0]["id"] > rows[1]["id"]);
  CHECK(rows[1]["id"] > rows[2]["id"]);
  const auto found = listed({"--search", "artist 2"});
  REQUIRE(found.size() == 1);
  CHECK(found[0]["song"] == "Song 2");
  CHECK(found[0]["artist"] == "Artist 2");
  CHECK(found[0]["year"] == 2002);
  CHECK(found[0]["genre"] == "Pop");
  CHECK(found[0]["loudness"].is_number());
  CHECK(found[0]["origin"] == (fs::canonical(folder()) / "2.wav").string());
  CHECK(listed({"--search", "nothing"}).empty());
  const auto table = lines(run({"catalogue", "list"}).output);
  REQUIRE(table.size() == 4);
  CHECK(table[0].starts_with("ID      ARTIST"));
  CHECK(contains(table[1] + table[2] + table[3], "Artist 2"));
}

TEST_CASE_METHOD(CatalogueCommands,
                 "catalogue remove: takes songs out, and says which are unknown") {
  import(2);
  const auto id = listed()[0]["id"].dump();
  const auto finished = run({"catalogue", "remove", id, "999999"});
  CHECK(finished.status == ExitStatus{1});
  CHECK(finished.output == "removed " + id + "\n");
  CHECK(finished.error == "aura: 999999: the catalogue has no such song\n");
  CHECK(listed().size() == 1);
  CHECK(run({"catalogue", "remove", id}).status == ExitStatus{1});
  // An import brings it back.
  CHECK(run({"catalogue", "import", (folder() / "hits.csv").string()}).status == ExitStatus{});
  CHECK(listed().size() == 2);
}

TEST_CASE_METHOD(CatalogueCommands, "catalogue mark: takes a completed job in, and no other") {
  insert_path("done");
  drain();
  CHECK(listed().empty());  // never by itself
  insert_path("waiting");
  const auto finished = run({"catalogue", "mark", "done", "waiting", "nothing"});
  CHECK(finished.status == ExitStatus{1});
  CHECK(lines(finished.output).size() == 1);
  CHECK(contains(finished.output, "done is song "));
  CHECK(lines(finished.error).size() == 2);
  CHECK(contains(finished.error,
                 "aura: waiting: the job is not completed, and only a completed job"));
  CHECK(contains(finished.error, "aura: nothing: there is no such job\n"));
  const auto rows = listed();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0]["song"] == "done");
  CHECK(rows[0]["artist"] == "Artist");
  CHECK(rows[0]["origin"] == "job done");
  database.execute("DELETE FROM aura.measurement");
  CHECK(contains(run({"catalogue", "mark", "done"}).error, "is not stored: analyse it again"));
}

TEST_CASE_METHOD(CatalogueCommands, "catalogue add: songs of a folder by their tags") {
  const auto sound = read_file(data_file("music/northbound.mp3"));
  fs::create_directories(folder() / "music/below");
  write("music/tagged.mp3", id3("Northbound", "The Quarry Lights", "1999", "Rock") + sound);
  write("music/below/no_artist.mp3", id3("Southbound", "") + sound + "x");
  write("music/untitled.mp3", id3("", "Somebody") + sound + "xx");
  write("music/text.mp3", "no music at all\n");
  write("music/cover.jpg", "no audio file");
  const auto dry = run({"catalogue", "add", "music", "--dry-run"});
  CHECK(dry.output == "would import 1 song, bad 3; nothing was changed\n");
  CHECK(listed().empty());

  const auto finished = run({"catalogue", "add", "music"});
  INFO(finished.error);
  CHECK(finished.status == ExitStatus{1});
  CHECK(finished.output ==
        "added 1 (1 measured now), updated 0, unchanged 0, duplicates 0, bad 3\n");
  CHECK(lines(finished.error).size() == 3);
  CHECK(contains(finished.error, "aura: music/below/no_artist.mp3: its tags name no artist"));
  CHECK(contains(finished.error, "aura: music/untitled.mp3: its tags name no title"));
  CHECK(contains(finished.error, "aura: music/text.mp3: "));
  const auto rows = listed();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0]["song"] == "Northbound");
  CHECK(rows[0]["artist"] == "The Quarry Lights");
  CHECK(rows[0]["year"] == 1999);
  CHECK(rows[0]["genre"] == "Rock");

  const auto more = run({"catalogue", "add", "music", "--artist", "Unknown", "--genre", "Folk"});
  CHECK(more.output == "added 1 (1 measured now), updated 0, unchanged 1, duplicates 0, bad 2\n");
  CHECK(listed({"--search", "Unknown"}).at(0)["genre"] == "Folk");
  CHECK(run({"catalogue", "add", "no such folder"}).status == ExitStatus{2});
}

TEST_CASE_METHOD(CatalogueCommands, "catalogue stats: counts, and says what is left out") {
  const auto empty = Json::parse(run({"catalogue", "stats", "--json"}).output);
  CHECK(empty["songs"] == 0);
  CHECK(!empty.contains("hubSkew"));
  import(3);
  const auto finished = run({"catalogue", "stats", "--json"});
  INFO(finished.error);
  const auto stats = Json::parse(finished.output);
  CHECK(stats["songs"] == 3);
  CHECK(stats["leftOut"] == 0);
  CHECK(stats["kind"] == "timbre");
  CHECK(stats["preferredKind"] == "timbre");
  CHECK(stats["lacking"] == 0);
  CHECK(stats["genres"] == Json::parse(R"([{"genre": "Pop", "songs": 3}])"));
  CHECK(stats["vectors"].size() == 1);
  CHECK(stats["vectors"][0]["songs"] == 3);
  CHECK(stats["hubSongs"] == 3);
  CHECK(stats["neverReturned"] == 0);
  CHECK(stats["ownSpaceSongs"].is_null());
  CHECK(stats["indexBytes"] > 0);
  CHECK(stats["indexMaxBytes"] == 64 << 20);
  database.execute(
      "DELETE FROM aura.catalogue_vector WHERE catalogue_id = (SELECT min(id) FROM "
      "aura.catalogue)");
  const auto text = run({"catalogue", "stats"}).output;
  CHECK(contains(text, "songs           3\n"));
  CHECK(contains(text, "compared by     timbre\n"));
  CHECK(contains(text,
                 "left out        1 song without a vector of today's version: run `aura "
                 "catalogue remeasure`\n"));
  CHECK(contains(text, "  Pop: 3\n"));
}

TEST_CASE_METHOD(CatalogueCommands, "catalogue tune: needs 500 songs, and says so") {
  import(2);
  const auto finished = run({"catalogue", "tune"});
  CHECK(finished.status == ExitStatus{2});
  CHECK(lines(finished.error).size() == 1);
  CHECK(contains(finished.error, "at least 500 songs"));
  CHECK(run({"catalogue", "tune", "--shipped"}).output ==
        "the shipped space of timbre is in use\n");
  // Copies that differ a little, as an import of 500 songs would leave them.
  database.execute(
      "WITH added AS (INSERT INTO aura.catalogue (song, artist, content_sha256, origin) SELECT "
      "'Copy ' || n, 'A', sha256(n::text::bytea), '/' || n FROM generate_series(1, 600) n "
      "RETURNING id) INSERT INTO aura.catalogue_vector SELECT added.id, kind, version, "
      "set_byte(vector, 4 * (added.id % 64)::int, (added.id % 256)::int) FROM added, (SELECT * "
      "FROM "
      "aura.catalogue_vector LIMIT 1) v");
  const auto tuned = run({"catalogue", "tune"});
  INFO(tuned.error);
  CHECK(tuned.status == ExitStatus{});
  CHECK(contains(tuned.output, "made from 602 songs, is in use"));
  CHECK(Json::parse(run({"catalogue", "stats", "--json"}).output)["ownSpaceSongs"] == 602);
}

TEST_CASE_METHOD(CatalogueCommands,
                 "catalogue remeasure: from the store, the path or the URL; says which can't be "
                 "had") {
  import(4);
  const auto vectors = [&] {
    return database.value(
        "SELECT string_agg(encode(vector, 'hex'), ',' ORDER BY catalogue_id) FROM "
        "aura.catalogue_vector WHERE version > 0");
  };
  const auto before = vectors();
  CHECK(run({"catalogue", "remeasure"}).output == "remeasured 0 songs, left out 0\n");
  database.execute("UPDATE aura.catalogue_vector SET version = 0");
  CHECK(run({"catalogue", "remeasure"}).output == "remeasured 4 songs, left out 0\n");
  CHECK(vectors() == before);

  database.execute("DELETE FROM aura.catalogue_vector WHERE version > 0");
  database.execute("DELETE FROM aura.measurement");
  fs::remove(folder() / "2.wav");
  write("3.wav", tone(30));
  database.execute("UPDATE aura.catalogue SET origin = 'job gone' WHERE song = 'Song 4'");
  const auto finished = run({"catalogue", "remeasure"});
  CHECK(finished.status == ExitStatus{1});
  CHECK(finished.output == "remeasured 1 song, left out 3\n");
  INFO(finished.error);
  CHECK(lines(finished.error).size() == 3);
  CHECK(contains(finished.error, "(Song 2 by Artist 2, "));
  CHECK(contains(finished.error, "3.wav): its audio has changed: import it again\n"));
  CHECK(contains(finished.error, "job gone): its job was measured by another release"));
}

}  // namespace aura::test
