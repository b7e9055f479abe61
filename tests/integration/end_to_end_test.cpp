#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "fixture.h"

namespace aura::test {
namespace {

/// The sample tracks and what librosa finds in them.
Json reference() {
  return Json::parse(read_file(data_file("music/reference.json")))["files"];
}

std::string words(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "la\n";
  return text;
}

/// AURA-v2.1, from the definition.
int audio_score(double tempo_bpm, double rms) {
  const bool is_core = tempo_bpm >= 90 && tempo_bpm <= 130;
  const bool is_wide = tempo_bpm >= 80 && tempo_bpm <= 140;
  return 70 + (is_core ? 15 : is_wide ? 10 : 0) + (rms > 0.08 ? 10 : 0);
}

void check_recommendations(const Json& recommendations) {
  static const std::set<std::string> kTypes{"production", "mixing", "mastering", "arrangement",
                                            "lyrics",     "vocals", "marketing", "branding"};
  static const std::set<std::string> kPriorities{"low", "medium", "high"};
  REQUIRE(recommendations.is_array());
  for (const auto& advice : recommendations) {
    CHECK(advice.size() == 5);
    CHECK(!advice["id"].get<std::string>().empty());
    CHECK(advice["evidence"]["value"].is_number());
    CHECK(kTypes.contains(advice["type"].get<std::string>()));
    CHECK(kPriorities.contains(advice["priority"].get<std::string>()));
    CHECK(!advice["note"].get<std::string>().empty());
  }
}

bool advises(const Json& recommendations, const std::string& type, const std::string& priority) {
  for (const auto& advice : recommendations) {
    if (advice["type"] == type && advice["priority"] == priority) return true;
  }
  return false;
}

void check_features(const Json& features, const Json& expected) {
  // Tempi are 60 · 22050 / 512 / lag for whole lags, so the same lag is the same tempo; what is
  // left is how many digits were printed.
  CHECK(features["tempo"].get<double>() == Approx(expected["tempo"].get<double>()).epsilon(1e-9));
  for (const auto& [name, value] : expected.items()) {
    CAPTURE(name);
    REQUIRE(features[name].is_number());
    CHECK(std::isfinite(features[name].get<double>()));
    // Half a percent is what other decoders and another resampler may make of the same file.
    CHECK(features[name].get<double>() == Approx(value.get<double>()).epsilon(0.005));
  }
}

void check_completed_row(const Json& row, int lyrics_score, const Json& expected_features) {
  REQUIRE(row["status"] == "completed");
  CHECK(row["progress"] == 100);
  CHECK(row["errorMessage"].is_null());
  CHECK(row["modelVersion"] == "AURA-v2.1");
  CHECK(row["processingTime"].is_number_integer());
  CHECK(row["processingTime"].get<int>() > 0);

  const auto& report = row["fullReport"];
  check_features(report["features"], expected_features);

  const double tempo_bpm = report["features"]["tempo"];
  const int audio = audio_score(tempo_bpm, report["features"]["rms_mean"]);
  const int hit_factor =
      static_cast<int>(std::floor(0.35 * audio + 0.25 * lyrics_score + 0.20 * 75 + 0.20 * 70));
  CHECK(row["audioScore"] == audio);
  CHECK(row["lyricsScore"] == lyrics_score);
  CHECK(row["brandScore"] == 75);
  CHECK(row["marketScore"] == 70);
  CHECK(row["hitFactor"] == hit_factor);

  check_recommendations(row["recommendations"]);
  const double bpm = report["rhythm"]["bpm"];
  REQUIRE(bpm > 0);
  CHECK(advises(row["recommendations"], "arrangement", "medium") == (bpm < 80));
  CHECK(advises(row["recommendations"], "arrangement", "low") == (bpm > 140));
  CHECK(advises(row["recommendations"], "lyrics", "medium") ==
        (!row["lyricsText"].is_null() && lyrics_score < 60));
  CHECK(advises(row["recommendations"], "marketing", "high") == (hit_factor >= 75));
  CHECK(row["similarHits"] == Json::array());

  CHECK(report["hit_factor"] == row["hitFactor"]);
  CHECK(report["scores"] ==
        Json{{"audio", audio}, {"lyrics", lyrics_score}, {"brand", 75}, {"market", 70}});
  CHECK(report["recommendations"] == row["recommendations"]);
  CHECK(report["similar_hits"] == row["similarHits"]);
  CHECK(report["model_version"] == row["modelVersion"]);
  CHECK(report["warnings"] == Json::array());
  CHECK(!report.contains("file"));
  CHECK(!report.contains("error"));
}

}  // namespace

TEST_CASE_METHOD(WithTables, "end to end: the sample tracks' rows read as the web app expects") {
  const auto tracks = reference();
  REQUIRE(tracks.size() == 6);
  std::map<std::string, std::pair<std::string, int>> jobs;  // by file: jobId, lyrics score
  int number = 0;
  for (const auto& [file, track] : tracks.items()) {
    Arguments arguments{"enqueue",  server.url("/" + file), "--title", file,
                        "--artist", "AURA House Band",      "--genre", "House"};
    int lyrics_score = 50;
    if (const int sung = 75 * number++; sung > 0) {
      arguments.insert(arguments.end(), {"--lyrics", write("lyrics.txt", words(sung))});
      lyrics_score = std::min(100, 50 + sung / 10);
    }
    const auto enqueued = run(arguments);
    INFO(enqueued.error);
    REQUIRE(enqueued.status == ExitStatus{});
    REQUIRE(lines(enqueued.output).size() == 1);
    jobs[file] = {lines(enqueued.output)[0], lyrics_score};
  }
  drain();
  for (const auto& [file, track] : tracks.items()) {
    CAPTURE(file);
    const auto& [id, lyrics_score] = jobs[file];
    check_completed_row(row(id), lyrics_score, track["features"]);
  }
  // A report of progress that began later and was written earlier may have dated the row.
  CHECK(database.value("SELECT bool_and(\"completedAt\" BETWEEN \"createdAt\" AND now() AT TIME "
                       "ZONE 'UTC' AND \"updatedAt\" BETWEEN \"completedAt\" AND "
                       "\"completedAt\" + interval '1 second') FROM \"AuraAnalysis\"") == "t");
}

TEST_CASE_METHOD(WithTables, "end to end: progress goes up, from step to step") {
  database.execute(
      "CREATE TABLE public.seen (n serial, progress integer, updated timestamp); "
      "CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "INSERT INTO public.seen (progress, updated) VALUES (NEW.\"progress\", NEW.\"updatedAt\"); "
      "RETURN NEW; END $$; "
      "CREATE TRIGGER see AFTER UPDATE ON \"AuraAnalysis\" FOR EACH ROW EXECUTE FUNCTION "
      "public.see()");
  insert_path("job");
  drain();
  // What is overtaken before it could be written is left out.
  CHECK(database.value("SELECT min(progress) || ' ' || max(progress) FROM public.seen") == "0 100");
  CHECK(database.value("SELECT bool_and(progress % 10 = 0) FROM public.seen") == "t");
  CHECK(database.value(
            "SELECT bool_and(progress > before) FROM (SELECT progress, lag(progress) OVER "
            "(ORDER BY n) AS before FROM public.seen) AS pair WHERE before IS NOT NULL") == "t");
  CHECK(database.value(
            "SELECT bool_and(updated >= before) FROM (SELECT updated, lag(updated) OVER "
            "(ORDER BY n) AS before FROM public.seen) AS pair WHERE before IS NOT NULL") == "t");
}

TEST_CASE_METHOD(WithTables, "end to end: a row set back to queued by hand is done anew") {
  insert_path("job");
  drain();
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'queued', \"hitFactor\" = NULL");
  drain();
  CHECK(row("job")["status"] == "completed");
  CHECK(row("job")["hitFactor"].is_number());
  CHECK(database.value("SELECT string_agg(attempt || ' ' || state, ', ') FROM aura.run") ==
        "1 completed, 1 completed");
}

TEST_CASE_METHOD(WithTables, "end to end: what a page draws is kept, unless it is not wanted") {
  insert_path("job");
  drain({{"PICTURE_RETENTION", "0"}});
  CHECK(row("job")["status"] == "completed");
  const std::string stored = "SELECT measured FROM aura.measurement WHERE part = 'pictures'";
  CHECK(database.value("SELECT count(*) FROM aura.pictures") == "0");
  CHECK(database.value(stored).empty());
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'queued'");
  CHECK(contains(drain().error, "cache=part"));
  const auto pictures = Json::parse(database.value(stored));
  CHECK(pictures["duration_s"] == row("job")["fullReport"]["duration_s"]);
  CHECK(pictures["waveform"]["columns"] == 800);
  CHECK(is_finite(pictures));
}

}  // namespace aura::test
