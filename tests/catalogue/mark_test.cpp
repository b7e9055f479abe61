#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/measured_row.h"
#include "rows.h"
#include "songs.h"

namespace aura::catalogue {
namespace {

struct Marking : Songs {
  MeasurementStore store{connection, Sharing::kAll};

  /// A completed job, whose measurements are stored.
  analysis::Measurements job(const std::string& id, const std::string& name) {
    auto measured = run(store, id, name);
    database.execute(
        "UPDATE \"AuraAnalysis\" SET \"trackTitle\" = 'Title', \"artistName\" = "
        "'Artist', \"genre\" = 'Rock' WHERE \"id\" = '" +
        id + "'");
    return measured;
  }
  /// Stores a timbre of equal values, as another version has measured it.
  void add_timbre(const std::string& name, const std::string& version, double value) {
    database.execute(
        "INSERT INTO aura.measurement (content_key, part, version, measured) VALUES ('\\x" +
        to_hex(content(name)) + "', 'timbre', '" + version + "', '" + timbre(value) + "')");
  }
  static std::string timbre(double value) {
    return nlohmann::json{{"values", std::vector<double>(analysis::kTimbreSize, value)}}.dump();
  }
  std::vector<float> stored_vector() {
    return numbers_of<float>(
        database.value("SELECT encode(vector, 'hex') FROM aura.catalogue_vector WHERE kind = "
                       "'timbre' AND version = " +
                       std::to_string(version_today)));
  }
  MarkResult mark(const std::string& job_id) { return catalogue.add_job(table, job_id); }

  const int version_today = analysis::version_of(analysis::Part::kTimbre);
  const std::string today = std::to_string(version_today);
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
  CHECK(stored_vector() == vectors_of(measured).front().values);
  // Another libavcodec has measured it again: the newest counts.
  database.execute("UPDATE aura.measurement SET created_on = current_date - 1");
  add_timbre("song", today + " 60.1.100", 9);
  add_timbre("song", std::to_string(version_today + 1) + " 60.1.100", 8);
  CHECK(mark("a").id == result.id);
  CHECK(stored_vector() == std::vector<float>(analysis::kTimbreSize, 9));
}

TEST_CASE_METHOD(Marking, "catalogue: a job that can't be marked says why") {
  CHECK(mark("nothing").outcome == Marked::kNoJob);
  run(store, "silent", "silence");
  database.execute("UPDATE aura.measurement SET measured = '" + timbre(0) +
                   "' WHERE part = 'timbre'");
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
  const std::string of_timbre = " WHERE part = 'timbre'";
  const std::string set_timbre = "UPDATE aura.measurement SET measured = ";
  CHECK(fails_with("UPDATE aura.measurement SET version = '" + std::to_string(version_today - 1) +
                   " 59.1.100'" + of_timbre) == Marked::kNoMeasurements);
  database.execute("UPDATE aura.measurement SET version = '" + today + " 59.1.100'" + of_timbre);
  CHECK(fails_with(set_timbre + "'{\"values\": [\"x\"]}'" + of_timbre) == Marked::kNoMeasurements);
  CHECK(fails_with(set_timbre + "'" + timbre(1e300) + "'" + of_timbre) == Marked::kNoMeasurements);
  CHECK(fails_with(set_timbre + "'" + timbre(1) + "'" + of_timbre) == Marked::kAdded);
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
