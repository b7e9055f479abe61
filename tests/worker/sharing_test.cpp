#include <catch2/catch.hpp>
#include <string>

#include "aura/base/sha256.h"
#include "aura/queue/status.h"
#include "aura/test/database.h"
#include "fixture.h"
#include "shared_measurements.h"

namespace aura::worker {
namespace {

using Catch::Matchers::Contains;

struct Sharing : Fixture {
  using Fixture::settings;
  WorkerSettings with(catalogue::Sharing sharing, int threads = 2) const {
    auto changed = settings();
    changed.cache.sharing = sharing;
    changed.threads = threads;
    changed.claim_batch = 16;
    return changed;
  }
  /// Runs all queued jobs; returns the text of the metrics.
  std::string drain_with(const WorkerSettings& settings) {
    metrics::Instruments instruments({{"version", "1"}}, settings.threads);
    auto catalogue = catalogue_reader(settings);
    Worker(settings, decoder, catalogue, instruments, log)
        .run(Until::kDrained, stop.get_token(), hurry.get_token());
    return instruments.text(std::nullopt, 0);
  }
  void insert_for(const std::string& id, const std::string& user,
                  const std::string& path = "/clip.wav") {
    insert(id, path);
    database.execute("UPDATE \"AuraAnalysis\" SET \"userId\" = '" + user + "' WHERE \"id\" = '" +
                     id + "'");
  }
  /// The stored result of a job without what tells times.
  std::string result(const std::string& id) {
    return database.value(
        "SELECT \"fullReport\"::text || \"recommendations\"::text || \"similarHits\"::text || "
        "\"hitFactor\" || \"modelVersion\" FROM \"AuraAnalysis\" WHERE \"id\" = '" +
        id + "'");
  }
};

bool counts(const std::string& metrics, const std::string& line) {
  return metrics.find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE_METHOD(Sharing, "sharing: many jobs of one URL need one measurement", "[tsan]") {
  for (int i = 0; i < 100; ++i) insert(std::to_string(i));
  const auto metrics = drain_with(with(catalogue::Sharing::kAll));
  CHECK(count("completed") == "100");
  CHECK(counts(metrics, "aura_cache_misses_total 1"));
  CHECK(counts(metrics, "aura_cache_hits_total 99"));
  CHECK(database.value("SELECT count(DISTINCT \"fullReport\"::text) FROM \"AuraAnalysis\"") == "1");
  CHECK(database.value("SELECT count(*) FROM aura.job_content") == "100");
}

TEST_CASE_METHOD(Sharing, "sharing: jobs of one URL wait for one download of it", "[tsan]") {
  auto gate = std::make_shared<test::Gate>();
  server.serve("/held", test::ok(clip()).held_by(gate));
  for (int i = 0; i < 4; ++i) insert(std::to_string(i), "/held");
  auto running = start(with(catalogue::Sharing::kAll), Until::kDrained);
  test::eventually("all are claimed", [&] { return count("processing") == "4"; });
  gate->wait_until_reached();
  gate->open();
  running.join();
  CHECK(count("completed") == "4");
  CHECK(server.requests("/held").size() == 1);
}

TEST_CASE_METHOD(Sharing, "sharing: a hit gives what measuring gives, to the byte") {
  insert("miss");
  drain_with(with(catalogue::Sharing::kAll));
  insert("hit");
  const auto metrics = drain_with(with(catalogue::Sharing::kAll));
  CHECK(counts(metrics, "aura_cache_hits_total 1"));
  CHECK(counts(metrics, "aura_cache_misses_total 0"));
  CHECK(counts(metrics, "aura_cache_saved_audio_seconds_total 1.5"));
  CHECK(result("hit") == result("miss"));
  CHECK_THAT(sink.str(), Contains("cache=miss") && Contains("cache=hit"));
}

TEST_CASE_METHOD(Sharing, "sharing: with CACHE=off nothing is stored, and users share nothing") {
  // Only one user's jobs may run on one measurement, if they run at the same time.
  auto gate = std::make_shared<test::Gate>();
  server.serve("/held", test::ok(clip()).held_by(gate));
  insert_for("a", "ann", "/held");
  insert_for("b", "ann", "/held");
  insert_for("c", "bob", "/held");
  auto running = start(with(catalogue::Sharing::kOff), Until::kDrained);
  test::eventually("all are claimed", [&] { return count("processing") == "3"; });
  test::eventually("both users' downloads wait",
                   [&] { return server.requests("/held").size() == 2; });
  gate->open();
  running.join();
  CHECK(count("completed") == "3");
  CHECK(server.requests("/held").size() == 2);
  CHECK(database.value("SELECT count(*) FROM aura.measurement") == "0");
  CHECK(database.value("SELECT count(*) FROM aura.job_content") == "0");
  CHECK(database.value("SELECT count(*) FROM aura.pictures") == "3");
}

TEST_CASE_METHOD(Sharing, "sharing: with CACHE=user a hit is of the same user only") {
  insert_for("a", "ann");
  drain_with(with(catalogue::Sharing::kUser));
  insert_for("b", "bob");
  CHECK(counts(drain_with(with(catalogue::Sharing::kUser)), "aura_cache_misses_total 1"));
  insert_for("c", "ann");
  CHECK(counts(drain_with(with(catalogue::Sharing::kUser)), "aura_cache_hits_total 1"));
  CHECK(result("a") == result("c"));
}

TEST_CASE_METHOD(Sharing, "sharing: a hit obeys the limits of today") {
  const auto bytes = audio::wav(audio::WavFormat::kS16, 8000, 1, std::vector<double>(61 * 8000));
  server.serve("/long.wav", test::ok({bytes.begin(), bytes.end()}));
  insert("a", "/long.wav");
  drain_with(with(catalogue::Sharing::kAll));
  CHECK(count("completed") == "1");
  insert("b", "/long.wav");
  auto strict = with(catalogue::Sharing::kAll);
  strict.analysis.decode.max_duration = std::chrono::minutes(1);
  drain_with(strict);
  CHECK(count("failed") == "1");
  CHECK(database.value("SELECT error->>'code' FROM aura.run WHERE job_id = 'b'") ==
        "audio_too_long");
}

TEST_CASE_METHOD(Sharing, "sharing: a store that fails costs no job its outcome") {
  const std::string what =
      GENERATE("REVOKE ALL ON aura.measurement, aura.job_content, aura.installation FROM %",
               "REVOKE INSERT, UPDATE ON aura.measurement FROM %",
               "REVOKE INSERT ON aura.job_content FROM %");
  const test::Role role(database);
  database.execute("GRANT USAGE ON SCHEMA aura TO " + role.name() +
                   "; GRANT ALL ON ALL TABLES IN SCHEMA aura TO " + role.name() +
                   "; GRANT USAGE ON ALL SEQUENCES IN SCHEMA aura TO " + role.name() +
                   "; GRANT SELECT, UPDATE ON \"AuraAnalysis\" TO " + role.name());
  auto revoke = what;
  database.execute(revoke.replace(revoke.find('%'), 1, role.name()));
  database.execute("GRANT SELECT, DELETE ON aura.job_content TO " + role.name());
  auto settings = with(catalogue::Sharing::kAll);
  settings.database.url = settings.database.direct_url = postgres::parse_database_url(role.url());
  for (int i = 0; i < 5; ++i) insert(std::to_string(i));
  drain_with(settings);
  CHECK(count("completed") == "5");
  const auto told = sink.str();
  const std::string words = "measurements can't be stored: jobs complete all the same";
  const std::string other = "stored measurements can't be read: tracks are measured again";
  const bool writes = told.find(words) != std::string::npos;
  CHECK((writes || told.find(other) != std::string::npos));
  const auto& line = writes ? words : other;
  CHECK(told.find(line, told.find(line) + 1) == std::string::npos);  // once
}

TEST_CASE_METHOD(Sharing, "sharing: pictures are shown by content, and no row tells whose it was") {
  server.serve("/SECRET-URL.wav", test::ok(clip()));
  insert_for("a", "SECRET-USER", "/SECRET-URL.wav");
  database.execute(
      "UPDATE \"AuraAnalysis\" SET \"trackTitle\" = 'SECRET-TITLE', \"artistName\" = "
      "'SECRET-ARTIST', \"lyricsText\" = 'SECRET-LYRICS la la'");
  drain_with(with(catalogue::Sharing::kAll));
  auto connection = database.connect();
  const auto pictures = queue::find_pictures(connection, table, "a");
  REQUIRE(pictures);
  CHECK(pictures->find("\"spectrogram\"") != std::string::npos);
  CHECK(database.value("SELECT count(*) FROM aura.pictures") == "0");
  // All parts but the fingerprint, which only a catalogue needs.
  CHECK(database.value("SELECT count(*) FROM aura.measurement") ==
        std::to_string(analysis::kParts.size() - 2));
  CHECK(database.value("SELECT count(*) FROM aura.measurement m WHERE m::text LIKE '%SECRET%' OR "
                       "m::text LIKE '%127.0.0.1%'") == "0");
  // A later analysis of other content does not show the earlier pictures.
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'queued'");
  auto off = with(catalogue::Sharing::kOff);
  off.cache.limits.picture_retention_days = 0;
  drain_with(off);
  CHECK_FALSE(queue::find_pictures(connection, table, "a"));
}

TEST_CASE("shared measurements: one has the turn, the others get what it shares", "[tsan]") {
  SharedMeasurements shared;
  const SharedMeasurements::Content content{Sha256{1}, ""}, other{Sha256{2}, ""};
  int calls = 0;
  SharedMeasurements::Measured got;
  const auto ready = [&](SharedMeasurements::Measured measured) {
    ++calls;
    got = std::move(measured);
  };
  auto turn = shared.begin(content, ready);
  REQUIRE(turn);
  CHECK(shared.begin(other, ready));
  CHECK_FALSE(shared.begin(content, ready));
  CHECK(calls == 0);
  const auto measured = std::make_shared<const analysis::Measurements>();
  turn->share(measured);
  CHECK(calls == 1);
  CHECK(got == measured);
  CHECK_FALSE(shared.begin(content, ready));  // until the turn ends
  CHECK(calls == 2);
  turn.reset();
  CHECK(calls == 2);
  turn = shared.begin(content, ready);
  REQUIRE(turn);
  CHECK_FALSE(shared.begin(content, ready));
  turn.reset();  // it has failed
  CHECK(calls == 3);
  CHECK(got == nullptr);
}

}  // namespace aura::worker
