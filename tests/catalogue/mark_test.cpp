#include <catch2/catch.hpp>
#include <string>

#include "aura/catalogue/catalogue.h"
#include "songs.h"

namespace aura::catalogue {
namespace {

struct Marking : Songs {
  MeasurementStore store{connection, Sharing::kAll};

  /// A completed job, whose measurements are stored with a vector.
  analysis::Measurements job(const std::string& id, const std::string& name) {
    auto measured = run(store, id, name);
    database.execute(
        "UPDATE \"AuraAnalysis\" SET \"trackTitle\" = 'Title', \"artistName\" = "
        "'Artist', \"genre\" = 'Rock' WHERE \"id\" = '" +
        id + "'");
    add_vector(name, "7 59.1.100", "{\"values\": [1, 2.5, -3e-3]}");
    return measured;
  }
  void add_vector(const std::string& name, const std::string& version, const std::string& json) {
    database.execute(
        "INSERT INTO aura.measurement (content_key, part, version, measured) VALUES ('\\x" +
        to_hex(content(name)) + "', 'voice', '" + version + "', '" + json + "')");
  }
  MarkResult mark(const std::string& job_id) {
    return catalogue.add_job(table, job_id, "voice", 7);
  }
};

}  // namespace

TEST_CASE_METHOD(Marking, "catalogue: a completed job is marked with what is stored of it") {
  const auto measured = job("a", "song");
  const auto result = mark("a");
  REQUIRE(result.outcome == Marked::kAdded);
  const auto row = catalogue.find(result.id);
  CHECK(row->content == content("song"));
  CHECK(row->song.song == "Title");
  CHECK(row->song.artist == "Artist");
  CHECK(row->song.genre == "Rock");
  CHECK(row->song.origin == "job a");
  const auto facts = facts_of(measured.core, measured.rhythm, measured.tonal);
  CHECK(row->facts.key == facts.key);
  CHECK(row->facts.tempo_bpm.has_value() == facts.tempo_bpm.has_value());
  CHECK(database.value("SELECT encode(vector, 'hex') FROM aura.catalogue_vector WHERE kind = "
                       "'voice' AND version = 7") == "0000803f00002040a69b44bb");
  // Another libavcodec has measured it again: the newest counts.
  database.execute("UPDATE aura.measurement SET created_on = current_date - 1");
  add_vector("song", "7 60.1.100", "{\"values\": [9]}");
  add_vector("song", "8 60.1.100", "{\"values\": [8]}");
  CHECK(mark("a").id == result.id);
  CHECK(database.value("SELECT encode(vector, 'hex') FROM aura.catalogue_vector") == "00001041");
}

TEST_CASE_METHOD(Marking, "catalogue: a job that can't be marked says why") {
  CHECK(mark("nothing").outcome == Marked::kNoJob);
  run(store, "silent", "silence");
  add_vector("silence", "7 59.1.100", "{\"values\": [0, 0, 0]}");
  CHECK(mark("silent").outcome == Marked::kRefused);
  CHECK_THAT(mark("silent").problem, Catch::Contains("silent"));
  database.insert_job("queued");
  CHECK(mark("queued").outcome == Marked::kNotCompleted);
  complete("unknown");
  CHECK(mark("unknown").outcome == Marked::kNoMeasurements);
  job("a", "song");
  const auto fails_with = [&](const std::string& change) {
    database.execute(change);
    return mark("a").outcome;
  };
  CHECK(fails_with("UPDATE aura.measurement SET version = '6 59.1.100' WHERE part = 'voice'") ==
        Marked::kNoMeasurements);
  CHECK(fails_with("UPDATE aura.measurement SET version = '7 59.1.100', measured = "
                   "'{\"values\": [\"x\"]}' WHERE part = 'voice'") == Marked::kNoMeasurements);
  CHECK(fails_with("UPDATE aura.measurement SET measured = '{\"values\": [1e300]}' WHERE part = "
                   "'voice'") == Marked::kNoMeasurements);
  CHECK(fails_with("UPDATE aura.measurement SET measured = '{\"values\": [1]}' WHERE part = "
                   "'voice'") == Marked::kAdded);
  CHECK(fails_with("UPDATE aura.measurement SET measured = '{}' WHERE part = 'core'") ==
        Marked::kNoMeasurements);
  database.execute("UPDATE \"AuraAnalysis\" SET \"artistName\" = '' WHERE \"id\" = 'a'");
  const auto refused = mark("a");
  CHECK(refused.outcome == Marked::kRefused);
  CHECK(refused.problem == "the artist is empty");
  // A later run of an older release: what the job's file was is unknown.
  complete_again("a");
  CHECK(mark("a").outcome == Marked::kNoMeasurements);
}

}  // namespace aura::catalogue
