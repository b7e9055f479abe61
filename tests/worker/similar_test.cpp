#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/forget.h"
#include "aura/catalogue/pgvector.h"
#include "aura/test/eventually.h"
#include "aura/test/pgvector.h"
#include "fixture.h"

namespace aura::worker {
namespace {

using nlohmann::json;

/// The warnings of a tone.
const json kOfTones{"no beat was found: the tempo reads 0"};

struct Similar : Fixture {
  Similar() {
    server.serve("/other.wav", test::ok(tone(660)));
    server.serve("/third.wav", test::ok(tone(880)));
  }

  /// A second and a half of a tone.
  static std::string tone(double hz) {
    const auto bytes =
        audio::wav(audio::WavFormat::kS16, 8000, 1, audio::sine(hz, 0.5, 8000, 12'000));
    return {bytes.begin(), bytes.end()};
  }
  void insert_named(const std::string& id, const std::string& path, const std::string& artist) {
    insert(id, path);
    database.execute("UPDATE \"AuraAnalysis\" SET \"trackTitle\" = 'Song " + id +
                     "', \"artistName\" = '" + artist + "' WHERE \"id\" = '" + id + "'");
  }
  void mark(const std::string& id) {
    auto connection = database.connect();
    const auto result = catalogue::Catalogue(connection).add_job(table, id);
    INFO(result.problem);
    REQUIRE(result.outcome == catalogue::Marked::kAdded);
  }
  /// All, however far: three tones are all that the catalogue has.
  WorkerSettings any_distance() const {
    auto changed = settings();
    changed.catalogue.similar_floor = 0;
    return changed;
  }
  json column(const std::string& id, const std::string& name) {
    return json::parse(database.value(
        "SELECT \"" + name + "\"::text FROM \"AuraAnalysis\" WHERE \"id\" = '" + id + "'"));
  }
  void compare_with(const std::string& id, const std::string& url) {
    database.execute("UPDATE \"AuraAnalysis\" SET \"referenceTrack\" = '" + url +
                     "' WHERE \"id\" = '" + id + "'");
  }
};

}  // namespace

TEST_CASE_METHOD(Similar, "similar: without a catalogue there are no hits, and no warning") {
  insert("a");
  drain();
  CHECK(column("a", "similarHits") == json::array());
  CHECK(column("a", "fullReport")["similar_hits"] == json::array());
  CHECK(column("a", "fullReport")["warnings"] == kOfTones);
  CHECK(database.value("SELECT count(*) FROM aura.measurement WHERE part = 'fingerprint'") == "0");
}

TEST_CASE_METHOD(Similar, "similar: a job gets the songs of the catalogue, but never itself") {
  insert_named("a", "/clip.wav", "Ann");
  insert_named("b", "/other.wav", "Bob");
  drain();
  mark("a");
  mark("b");
  insert_named("again", "/clip.wav", "Cid");
  insert_named("same", "/third.wav", "Ann");
  insert_named("new", "/third.wav", "Dan");
  start(any_distance()).join();
  const auto song_of = [](const json& hits) {
    std::string songs;
    for (const auto& hit : hits) songs += hit["song"].get<std::string>() + ";";
    return songs;
  };
  CHECK(song_of(column("again", "similarHits")) == "Song b;");
  CHECK(song_of(column("same", "similarHits")) == "Song b;");
  const auto hits = column("new", "similarHits");
  REQUIRE(hits.size() == 2);
  for (const auto& hit : hits) {
    CHECK(hit.size() == 4);
    CHECK(hit["year"].is_null());
    CHECK(hit["similarity"] >= 0);
    CHECK(hit["similarity"] < 1);
  }
  const auto in_report = column("new", "fullReport")["similar_hits"];
  REQUIRE(in_report.size() == 2);
  CHECK(in_report[0]["song"] == hits[0]["song"]);
  CHECK(in_report[0].contains("loudness_lufs"));
}

TEST_CASE_METHOD(Similar, "similar: a song that is added elsewhere is found soon", "[tsan]") {
  insert_named("a", "/clip.wav", "Ann");
  drain();
  auto worker = start(any_distance(), Until::kStopped);
  int jobs = 0;
  const auto is_found = [&] {
    const auto id = "job" + std::to_string(++jobs);
    insert_named(id, "/other.wav", "Bob");
    test::eventually("it is completed", [&] {
      return database.value("SELECT \"status\" FROM \"AuraAnalysis\" WHERE \"id\" = '" + id +
                            "'") == "completed";
    });
    return column(id, "similarHits").size() == 1;
  };
  CHECK(!is_found());
  mark("a");
  // Without a notification it takes a minute.
  const auto took = test::duration_of([&] { test::eventually("it is found", is_found); });
  CHECK(took < catalogue::CatalogueReader::kInterval / 2);
  stop.request_stop();
  worker.join();
}

TEST_CASE_METHOD(Similar, "similar: a catalogue that can't be read costs no job its outcome") {
  insert("a");
  database.execute("ALTER TABLE aura.catalogue_vector RENAME TO lost");
  start(settings()).join();
  CHECK(count("completed") == "1");
  CHECK(column("a", "similarHits") == json::array());
  CHECK_THAT(column("a", "fullReport")["warnings"].dump(), Catch::Contains("could not be read"));
}

TEST_CASE_METHOD(Similar, "similar: an index that is too large is said in the report") {
  insert_named("a", "/clip.wav", "Ann");
  drain();
  mark("a");
  insert_named("b", "/other.wav", "Bob");
  auto small = settings();
  small.catalogue.max_bytes = 1;
  start(small).join();
  CHECK(column("b", "similarHits") == json::array());
  CHECK_THAT(column("b", "fullReport")["warnings"].dump(), Catch::Contains("too large"));
  CHECK_THAT(sink.str(), Catch::Contains("CATALOGUE_MAX_MB"));
}

TEST_CASE_METHOD(Similar, "similar: a job without the kind of vector in use completes without") {
  insert_named("a", "/clip.wav", "Ann");
  drain();
  mark("a");
  database.execute(
      "INSERT INTO aura.catalogue_vector SELECT id, 'embedding', 1, '\\x0000803f00000040' FROM "
      "aura.catalogue");
  insert_named("b", "/other.wav", "Bob");
  const auto embeddings = analysis::Space::read("aura-space embedding 1 2 2\n0 0\n1 1\n0 0\n1 1\n");
  catalogue::CatalogueReader reader({embeddings, analysis::shipped_space()}, 1 << 20);
  const auto changed = any_distance();
  metrics::Instruments instruments({{"version", "1"}}, changed.threads);
  Worker(changed, decoder, reader, instruments, log)
      .run(Until::kDrained, stop.get_token(), hurry.get_token());
  CHECK(reader.status().kind == "embedding");
  CHECK(count("completed") == "2");
  CHECK(column("b", "similarHits") == json::array());
  CHECK_THAT(column("b", "fullReport")["warnings"].dump(),
             Catch::Contains("before the model was there"));
  CHECK_THAT(sink.str(), Catch::Contains("by=embedding"));
}

TEST_CASE_METHOD(Similar, "pgvector: a database that is not prepared costs no job its outcome") {
  insert("a");
  auto with_pgvector = settings();
  with_pgvector.catalogue.index = catalogue::IndexEngine::kPgvector;
  start(with_pgvector).join();
  CHECK(count("completed") == "1");
  CHECK(column("a", "similarHits") == json::array());
  CHECK_THAT(column("a", "fullReport")["warnings"].dump(), Catch::Contains("with pgvector"));
  CHECK_THAT(sink.str(), Catch::Contains("CREATE EXTENSION vector;"));
}

TEST_CASE_METHOD(Similar, "pgvector: jobs get the hits that the resident index gives") {
  if (!test::create_pgvector(database)) return;
  insert_named("a", "/clip.wav", "Ann");
  insert_named("b", "/other.wav", "Bob");
  drain();
  mark("a");
  catalogue::make_pgvector(settings().database.url, analysis::shipped_space(),
                           [](const std::string&) {});
  mark("b");
  insert_named("resident", "/third.wav", "Dan");
  start(any_distance()).join();
  insert_named("pgvector", "/third.wav", "Dan");
  auto with_pgvector = any_distance();
  with_pgvector.catalogue.index = catalogue::IndexEngine::kPgvector;
  start(with_pgvector).join();
  CHECK(column("pgvector", "similarHits").size() == 2);
  CHECK(column("pgvector", "similarHits") == column("resident", "similarHits"));
}

TEST_CASE_METHOD(Similar, "reference: a job is compared with the track that it names") {
  insert("a");
  compare_with("a", server.url("/other.wav"));
  drain();
  const auto report = column("a", "fullReport");
  CHECK(report["warnings"] == kOfTones);
  REQUIRE(report.contains("reference"));
  CHECK(report["reference"]["similarity"] < 1);
  CHECK(report["reference"]["spectrum"].size() == 9);
  CHECK(server.requests("/other.wav").size() == 1);
  CHECK(database.value("SELECT count(*) FROM aura.job_reference") == "1");

  insert("same");
  compare_with("same", server.url("/clip.wav"));
  drain();
  CHECK(column("same", "fullReport")["reference"]["similarity"] == 1);
}

TEST_CASE_METHOD(Similar, "reference: one that can't be had is a warning, and a title is none") {
  server.serve("/noise.wav", test::ok("no music"));
  for (const auto* url : {"/missing.wav", "/noise.wav"}) {
    const std::string id(url + 1);
    insert(id);
    compare_with(id, server.url(url));
  }
  insert("title");
  compare_with("title", "Song by Ann");
  drain();
  CHECK(count("completed") == "3");
  for (const auto* id : {"missing.wav", "noise.wav"}) {
    const auto report = column(id, "fullReport");
    CHECK(!report.contains("reference"));
    CHECK_THAT(report["warnings"].dump(), Catch::Contains("the reference track"));
  }
  CHECK(column("title", "fullReport")["warnings"] == kOfTones);
}

TEST_CASE_METHOD(Similar, "reference: its measurements are kept, and forgotten with its jobs") {
  insert("a");
  compare_with("a", server.url("/other.wav"));
  drain();
  insert("b");
  compare_with("b", server.url("/other.wav"));
  drain();
  CHECK(column("a", "fullReport")["reference"] == column("b", "fullReport")["reference"]);
  CHECK(database.value("SELECT count(DISTINCT content_key) FROM aura.measurement") == "2");
  auto connection = database.connect();
  catalogue::forget_job(connection, table, "a");
  CHECK(database.value("SELECT count(DISTINCT content_key) FROM aura.measurement") == "2");
  catalogue::forget_job(connection, table, "b");
  CHECK(database.value("SELECT count(*) FROM aura.measurement") == "0");
  CHECK(database.value("SELECT count(*) FROM aura.job_reference") == "0");
}

}  // namespace aura::worker
