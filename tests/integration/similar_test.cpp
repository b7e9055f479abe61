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

constexpr int kSongs = 6;

/// The only JSON line of a run that went well.
Json json_of(const Finished& finished) {
  INFO(finished.error);
  CHECK(finished.status == ExitStatus{});
  REQUIRE(lines(finished.output).size() == 1);
  return Json::parse(finished.output);
}

std::vector<std::string> names(const Json& result, const std::string& key) {
  std::vector<std::string> found;
  for (const auto& hit : result["similarHits"]) found.push_back(hit[key].get<std::string>());
  return found;
}

void check_order(const Json& result) {
  double last = 1;
  for (const auto& hit : result["similarHits"]) {
    CHECK(hit["similarity"] <= last);
    last = hit["similarity"].get<double>();
  }
}

/// With a catalogue of tones: "Song 1" by "Artist 1" and so on. All are found, however far.
struct Similar : WithTables {
  Similar() {
    environment["SIMILAR_FLOOR"] = "0";
    std::string csv = "song,artist,year,audio,genre\n";
    for (int i = 1; i <= kSongs; ++i) {
      const auto number = std::to_string(i);
      write(number + ".wav", tone(10 * i));
      csv += "Song " + number + ",Artist " + number + ",200" + number + "," + number + ".wav," +
             (i % 2 == 0 ? "Pop" : "Rock") + "\n";
    }
    file = write("hits.csv", csv);
    track = write("track.wav", tone(12));
  }
  void import() {
    const auto finished = run({"catalogue", "import", file});
    INFO(finished.error);
    REQUIRE(finished.status == ExitStatus{});
  }
  Json similar(const Arguments& more, const Environment& settings = {}) const {
    Arguments all{"similar", "--json"};
    all.insert(all.end(), more.begin(), more.end());
    return json_of(run(all, settings));
  }

  std::string file;
  std::string track;
};

}  // namespace

TEST_CASE_METHOD(Similar, "similar: a file, a URL and a job find the same songs of the catalogue") {
  import();
  const auto by_file = similar({track});
  CHECK(by_file["track"] == track);
  CHECK(by_file["similarHits"].size() == kSongs);
  check_order(by_file);
  const auto& hit = by_file["similarHits"][0];
  CHECK(hit["song"].is_string());
  CHECK(hit["artist"].is_string());
  CHECK(hit["year"].is_number_integer());
  CHECK(hit["loudness"].is_number());

  server.serve("/track.wav", ok(read_file(track)));
  CHECK(similar({server.url("/track.wav?key=SECRET")})["similarHits"] == by_file["similarHits"]);
  insert_path("job", "/track.wav");
  drain();
  const auto by_job = similar({"job"});
  CHECK(by_job["track"] == "job");
  CHECK(by_job["similarHits"] == by_file["similarHits"]);

  const auto table = run({"similar", track, "-k", "3"});
  CHECK(table.status == ExitStatus{});
  CHECK(lines(table.output).size() == 4);
  CHECK(table.output.starts_with("SIMILARITY  ARTIST"));
}

TEST_CASE_METHOD(Similar, "similar: -k, --genre and --tempo-within narrow the search") {
  import();
  const auto all = names(similar({track}), "song");
  REQUIRE(all.size() == kSongs);
  CHECK(names(similar({track, "-k", "2"}), "song") ==
        std::vector<std::string>(all.begin(), all.begin() + 2));
  const auto pop = names(similar({track, "--genre", "POP"}), "song");
  CHECK(pop.size() == kSongs / 2);
  for (const auto& song : pop) CHECK((song.back() - '0') % 2 == 0);
  const auto steady = run({"similar", track, "--tempo-within", "5"});
  // A tone has no tempo.
  CHECK(steady.status == ExitStatus{1});
  CHECK(contains(steady.error, "no tempo was found in it: omit --tempo-within"));
  database.execute("UPDATE aura.catalogue SET tempo_bpm = 100 + 10 * substr(song, 6)::int");
  const auto beat = data_file("music/northbound.mp3").string();
  const auto tempo = similar({beat})["similarHits"].size();
  CHECK(tempo == kSongs);
  CHECK(similar({beat, "--tempo-within", "0"})["similarHits"].empty());
}

TEST_CASE_METHOD(Similar, "similar: the track itself is no hit, nor is what the floor refuses") {
  import();
  const auto own = names(similar({(folder() / "3.wav").string()}), "song");
  CHECK(own.size() == kSongs - 1);
  CHECK(std::find(own.begin(), own.end(), "Song 3") == own.end());
  const auto none = run({"similar", "--json", track}, {{"SIMILAR_FLOOR", "1"}});
  const auto hits = json_of(none)["similarHits"];
  for (const auto& hit : hits) CHECK(hit["similarity"] == 1);
}

TEST_CASE_METHOD(Similar, "similar: says in one line why it finds nothing") {
  const auto empty = run({"similar", "--json", track});
  CHECK(empty.status == ExitStatus{});
  CHECK(Json::parse(empty.output)["similarHits"].empty());
  CHECK(empty.error == "aura: the catalogue is empty: bring songs with `aura catalogue import`\n");
  import();
  insert_path("waiting");
  const auto refused = [&](const Arguments& arguments, const std::string& why) {
    Arguments all{"similar"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const auto finished = run(all);
    CAPTURE(finished.error, why);
    CHECK(finished.status == ExitStatus{1});
    CHECK(finished.output.empty());
    CHECK(lines(finished.error).size() == 1);
    CHECK(contains(finished.error, why));
  };
  refused({"nothing"}, "aura: nothing: there is no such file, and no such job");
  refused({"waiting"}, "aura: waiting: the job is not completed");
  refused({write("text.wav", "no music at all\n")}, "text.wav: ");
  refused({server.url("/gone.wav?key=SECRET")}, "/gone.wav?…: ");
  database.execute(
      "UPDATE aura.catalogue_vector SET version = 0 WHERE catalogue_id IN (SELECT id "
      "FROM aura.catalogue ORDER BY id LIMIT 2)");
  const auto stale = run({"similar", "--json", track});
  CHECK(Json::parse(stale.output)["similarHits"].size() == kSongs - 2);
  CHECK(contains(stale.error,
                 "aura: 2 songs are left out, with vectors of another version: run "
                 "`aura catalogue remeasure`\n"));
}

TEST_CASE_METHOD(Sandbox, "similar --in: finds files of a folder, without a database") {
  environment["SIMILAR_FLOOR"] = "0";
  fs::create_directories(folder() / "music/below");
  for (int i = 1; i <= 4; ++i)
    write((i < 3 ? "music/" : "music/below/") + std::to_string(i) + ".wav", tone(10 * i));
  write("music/text.wav", "no music at all\n");
  write("music/.hidden.wav", tone(50));
  const auto track = write("music/track.wav", tone(12));
  const Arguments search{"similar", "--json", track, "--in", "music"};
  const auto finished = run(search);
  const auto result = json_of(finished);
  CHECK(result["similarHits"].size() == 4);
  check_order(result);
  auto files = names(result, "file");
  std::sort(files.begin(), files.end());
  CHECK(files == std::vector<std::string>{"music/1.wav", "music/2.wav", "music/below/3.wav",
                                          "music/below/4.wav"});
  CHECK(lines(finished.error).size() == 1);
  CHECK(contains(finished.error, "aura: music/text.wav: "));
  const auto table = run({"similar", track, "--in", "music", "-k", "2"});
  CHECK(lines(table.output).size() == 3);
  CHECK(contains(table.output, "music/"));

  auto cached = search;
  cached.insert(cached.end(), {"--cache", "cache"});
  CHECK(run(cached).output == finished.output);
  const auto stored = std::distance(fs::directory_iterator(folder() / "cache"), {});
  CHECK(stored == 5);
  CHECK(run(cached).output == finished.output);
}

}  // namespace aura::test
