#include "aura/queue/queue.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "aura/queue/aids.h"
#include "aura/queue/status.h"
#include "aura/test/eventually.h"
#include "fixture.h"
#include "statements.h"

using aura::queue::ClaimedJob;
using aura::queue::Ending;
using aura::queue::Failure;
using aura::queue::Fixture;
using aura::queue::Queue;
using aura::queue::Result;
using std::chrono::hours;
using std::chrono::milliseconds;

namespace {

Result some_result() {
  return {.hit_factor = 74,
          .audio_score = 95,
          .lyrics_score = 50,
          .brand_score = 75,
          .market_score = 70,
          .recommendations_json = R"([{"type": "lyrics"}])",
          .similar_hits_json = "[]",
          .full_report_json = R"({"hit_factor": 74})",
          .model_version = "AURA-v2.1",
          .processing_time = milliseconds(1234)};
}

const Failure kTimeout{"timeout", "the host was too slow", true};

}  // namespace

TEST_CASE_METHOD(Fixture, "claim: the oldest first, never more than asked for, and each once") {
  database.insert_job("young", "http://h/", 1);
  database.insert_job("old", "http://h/", 30);
  database.insert_job("middle", "http://h/", 20);
  const auto first = claim(2);
  REQUIRE(first.size() == 2);
  CHECK(first[0].job.id == "old");
  CHECK(first[1].job.id == "middle");
  CHECK(first[0].attempt == 1);
  CHECK(claim(2).at(0).job.id == "young");
  CHECK(claim(2).empty());
}

TEST_CASE_METHOD(Fixture,
                 "claim: the row reads processing from 0, with nothing left of an older failure") {
  database.insert_job("a");
  database.execute(
      "UPDATE \"AuraAnalysis\" SET \"errorMessage\" = 'old', \"progress\" = 70, \"updatedAt\" = "
      "'2000-01-01'");
  claim(1);
  CHECK(column("status") == "processing");
  CHECK(column("progress") == "0");
  CHECK(column("errorMessage").empty());
  CHECK(database.value("SELECT \"updatedAt\" > '2001-01-01' FROM \"AuraAnalysis\"") == "t");
}

TEST_CASE_METHOD(Fixture, "each write dates the row, never back, unless a clock was wrong") {
  database.insert_job("a");
  std::int64_t run = 0;
  const std::vector<std::pair<std::string, std::function<void()>>> writes{
      {"claim", [&] { run = claim(1).at(0).run_id; }},
      {"report progress",
       [&] {
         queue.report_progress({{run, 50}});
       }},
      {"retry", [&] { queue.retry(run, kTimeout, milliseconds(0)); }},
      {"claim again", [&] { run = claim(1).at(0).run_id; }},
      {"complete", [&] { queue.complete(run, some_result()); }}};
  for (const auto& [name, write] : writes) {
    INFO(name);
    // As a transaction leaves it that began after the next one and ended before it.
    database.execute(
        "UPDATE \"AuraAnalysis\" SET \"updatedAt\" = now() AT TIME ZONE 'UTC' + interval '40 s', "
        "\"notes\" = (now() AT TIME ZONE 'UTC' + interval '40 s')::timestamp(3)");
    write();
    CHECK(database.value("SELECT \"updatedAt\" = \"notes\"::timestamp FROM \"AuraAnalysis\"") ==
          "t");
  }
  database.execute(
      "UPDATE \"AuraAnalysis\" SET \"status\" = 'queued', \"updatedAt\" = now() AT TIME ZONE 'UTC' "
      "+ interval '2 h'");
  claim(1);
  CHECK(database.value("SELECT \"updatedAt\" <= now() AT TIME ZONE 'UTC' FROM \"AuraAnalysis\"") ==
        "t");
}

TEST_CASE_METHOD(Fixture, "claim: follows its index, however many jobs wait at the gate") {
  ensure_aids(connection, table, true);
  database.execute(
      "INSERT INTO \"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", \"trackTitle\", "
      "\"artistName\", \"audioUrl\", \"updatedAt\") SELECT n, n % 10, n, 'queued', 'T', 'A', 'u', "
      "now() FROM generate_series(1, 20000) n; INSERT INTO aura.gate (job_id, attempts, "
      "not_before) "
      "SELECT n, 1, now() + interval '1 hour' FROM generate_series(1, 300) n; ANALYZE");
  const aura::queue::Statements statements(table);
  const auto plan = [&](const std::string& sql) {
    database.execute("PREPARE claim AS " + sql);
    auto text = database.value("EXPLAIN (FORMAT JSON) EXECUTE claim (8, 'w', 30000, true)");
    database.execute("DEALLOCATE claim");
    return text;
  };
  CHECK_THAT(plan(statements.claim_oldest), Catch::Matchers::Contains("_aura_claim_idx"));
  CHECK_THAT(plan(statements.claim_in_turn), Catch::Matchers::Contains("_aura_turn_idx"));
}

TEST_CASE_METHOD(Fixture, "claim: title, artist and reference come with the job, if there is one") {
  database.insert_job("a");
  database.execute(
      "UPDATE \"AuraAnalysis\" SET \"trackTitle\" = 'Söng', \"artistName\" = repeat('é', "
      "2000), \"referenceTrack\" = 'https://h/r.mp3'");
  const auto job = claim(1).at(0).job;
  CHECK(job.title == "Söng");
  CHECK(job.artist.size() == 2000);
  CHECK(job.reference_url == "https://h/r.mp3");
  database.execute(
      "ALTER TABLE \"AuraAnalysis\" DROP COLUMN \"referenceTrack\"; UPDATE "
      "\"AuraAnalysis\" SET \"status\" = 'queued'");
  Queue without(connection, aura::queue::find_queue_table(connection, std::nullopt));
  CHECK(!without.claim({.limit = 1}).at(0).job.reference_url);
}

TEST_CASE_METHOD(Fixture, "claim: lyrics come cut to their limit at a character, and say so") {
  database.insert_job("a");
  database.execute("UPDATE \"AuraAnalysis\" SET \"lyricsText\" = repeat('é', 1000)");
  const auto job = queue.claim({.limit = 1, .max_lyrics_bytes = 11}).at(0).job;
  CHECK(job.lyrics == "ééééé");
  CHECK(job.lyrics_cut);
}

TEST_CASE("claim: many at once share the jobs, and none gets one twice", "[tsan]") {
  Fixture fixture;
  constexpr int kJobs = 120;
  for (int i = 0; i < kJobs; ++i) fixture.database.insert_job("job" + std::to_string(i));
  std::vector<std::vector<std::string>> got(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : got) {
      threads.emplace_back([&] {
        auto connection = fixture.database.connect();
        Queue queue(connection, fixture.table);
        for (auto jobs = queue.claim({.limit = 3}); !jobs.empty();
             jobs = queue.claim({.limit = 3})) {
          for (const auto& job : jobs) mine.push_back(job.job.id);
        }
      });
    }
  }
  std::multiset<std::string> all;
  for (const auto& mine : got) all.insert(mine.begin(), mine.end());
  CHECK(all.size() == kJobs);
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == kJobs);
}

TEST_CASE_METHOD(Fixture,
                 "complete: the row holds the result, and the run and the gate are done with") {
  database.insert_job("a");
  const auto run = claim(1).at(0).run_id;
  CHECK(queue.complete(run, some_result()) == Ending::kDone);
  CHECK(column("status") == "completed");
  CHECK(column("progress") == "100");
  CHECK(column("hitFactor") == "74");
  CHECK(column("audioScore") == "95");
  CHECK(column("lyricsScore") == "50");
  CHECK(column("brandScore") == "75");
  CHECK(column("marketScore") == "70");
  CHECK(column("recommendations") == R"([{"type": "lyrics"}])");
  CHECK(column("similarHits") == "[]");
  CHECK(column("fullReport") == R"({"hit_factor": 74})");
  CHECK(column("modelVersion") == "AURA-v2.1");
  CHECK(column("processingTime") == "1234");
  CHECK(database.value(
            "SELECT abs(extract(epoch FROM \"completedAt\" - (now() AT TIME ZONE 'UTC'))) < 60 "
            "FROM \"AuraAnalysis\"") == "t");
  CHECK(run_state(run) == "completed");
  CHECK(gates() == "0");
}

TEST_CASE_METHOD(Fixture, "complete: written again after its answer was lost, it is done once") {
  database.insert_job("a");
  const auto run = claim(1).at(0).run_id;
  queue.complete(run, some_result());
  database.execute("UPDATE \"AuraAnalysis\" SET \"notes\" = 'seen', \"hitFactor\" = 1");
  CHECK(queue.complete(run, some_result()) == Ending::kDone);
  CHECK(column("hitFactor") == "1");
}

TEST_CASE_METHOD(Fixture,
                 "pictures: are kept with a completion, those of the last in the place of others") {
  const auto complete_with = [&](const std::optional<std::string>& pictures) {
    auto result = some_result();
    result.pictures_json = pictures;
    return queue.complete(claim(1).at(0).run_id, result);
  };
  const auto kept = [&] { return find_pictures(connection, table, "a"); };
  database.insert_job("a");
  CHECK(!kept());
  complete_with("1");
  CHECK(kept() == "1");
  // Of a result that is not the job's any more they show nothing.
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'queued'");
  CHECK(!kept());
  complete_with("2");
  CHECK(kept() == "2");
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'queued'");
  complete_with(std::nullopt);
  CHECK(!kept());
  CHECK(!find_pictures(connection, table, "b"));
  database.insert_job("b");
  complete_with(std::nullopt);
  CHECK(!find_pictures(connection, table, "b"));
}

TEST_CASE_METHOD(Fixture,
                 "pictures: a run that was lost keeps none, nor does one whose row is gone") {
  auto result = some_result();
  result.pictures_json = "{}";
  for (const std::string end :
       {"UPDATE aura.run SET state = 'lost', ended_at = now()",
        "UPDATE \"AuraAnalysis\" SET \"status\" = 'failed'", "DELETE FROM \"AuraAnalysis\""}) {
    database.execute("DELETE FROM \"AuraAnalysis\"");
    database.insert_job("a");
    const auto run = claim(1).at(0).run_id;
    database.execute(end);
    queue.complete(run, result);
    CHECK(database.value("SELECT count(*) FROM aura.pictures") == "0");
  }
}

TEST_CASE_METHOD(Fixture, "pictures: old ones go, in batches") {
  database.execute(
      "INSERT INTO aura.pictures (job_id, pictures, created_at) SELECT i, '{}', now() - i * "
      "interval '1 hour' FROM generate_series(1, 5) i");
  CHECK(queue.prune_pictures(hours(2), 2) == 2);
  CHECK(queue.prune_pictures(hours(2), 2) == 2);
  CHECK(queue.prune_pictures(hours(2), 2) == 0);
  CHECK(database.value("SELECT string_agg(job_id, ',') FROM aura.pictures") == "1");
  CHECK(queue.prune_pictures(hours(0), 2) == 1);
}

TEST_CASE_METHOD(Fixture, "fence: a run that was lost writes neither progress nor outcome") {
  database.insert_job("a");
  const auto run = claim(1).at(0).run_id;
  database.execute("UPDATE aura.run SET state = 'lost', ended_at = now()");
  CHECK(queue.report_progress({{run, 50}}).empty());
  CHECK(queue.complete(run, some_result()) == Ending::kLost);
  CHECK(queue.fail(run, kTimeout) == Ending::kLost);
  CHECK(queue.retry(run, kTimeout, hours(1)) == Ending::kLost);
  CHECK(queue.release({run}).empty());
  CHECK(column("status") == "processing");
  CHECK(column("progress") == "0");
}

TEST_CASE_METHOD(Fixture, "delete: the outcome of a job that was deleted goes nowhere") {
  database.insert_job("a");
  const auto run = claim(1).at(0).run_id;
  database.execute("DELETE FROM \"AuraAnalysis\"");
  CHECK(queue.report_progress({{run, 10}}).empty());
  CHECK(queue.complete(run, some_result()) == Ending::kCancelled);
  CHECK(run_state(run) == "cancelled");
  CHECK(gates() == "0");
}

TEST_CASE_METHOD(Fixture,
                 "set back to queued mid-run: a new start, and the old run changes nothing") {
  database.insert_job("a");
  const auto old_run = claim(1).at(0).run_id;
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'queued'");
  CHECK(queue.report_progress({{old_run, 10}}).empty());
  const auto again = claim(1).at(0);
  CHECK(again.attempt == 1);
  CHECK(run_state(old_run) == "superseded");
  CHECK(queue.complete(old_run, some_result()) == Ending::kCancelled);
  CHECK(column("status") == "processing");
  CHECK(queue.complete(again.run_id, some_result()) == Ending::kDone);
}

TEST_CASE_METHOD(Fixture, "set back to queued after its end: a new start") {
  database.insert_job("a");
  queue.fail(claim(1).at(0).run_id, kTimeout);
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'queued'");
  CHECK(claim(1).at(0).attempt == 1);
}

TEST_CASE_METHOD(Fixture, "failed by hand while it waits and set back to queued: a new start") {
  const auto wait_then_fail_by_hand = [&](const std::string& id) {
    database.insert_job(id);
    queue.retry(claim(1).at(0).run_id, kTimeout, hours(1));
    database.execute("UPDATE aura.gate SET crashes = 2, waits = 3 WHERE job_id = '" + id + "'");
    database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'failed' WHERE \"id\" = '" + id +
                     "'");
  };
  const auto starts_anew = [&](const std::string& id) {
    const auto jobs = claim(1);
    REQUIRE(jobs.size() == 1);
    CHECK(jobs[0].job.id == id);
    CHECK(jobs[0].attempt == 1);
    CHECK(jobs[0].crashes == 0);
    CHECK(jobs[0].waits == 0);
    queue.complete(jobs[0].run_id, some_result());
  };
  const auto set_back = [&](const std::string& id) {
    return "UPDATE public.\"AuraAnalysis\" SET \"status\" = 'queued' WHERE \"id\" = '" + id + "'";
  };

  SECTION("without the trigger, once it has been looked for") {
    wait_then_fail_by_hand("a");
    queue.forget_ended();
    database.execute(set_back("a"));
    starts_anew("a");
  }
  SECTION("with the trigger at once, whoever sets it back") {
    aura::queue::ensure_aids(connection, table, false);
    wait_then_fail_by_hand("a");
    const aura::test::Role web_app(database);
    database.execute("GRANT SELECT, UPDATE ON public.\"AuraAnalysis\" TO " + web_app.name());
    database.execute("SET ROLE " + web_app.name());
    database.execute(set_back("a"));
    database.execute("RESET ROLE");
    starts_anew("a");
  }
}

TEST_CASE_METHOD(Fixture, "retry: the row reads queued from 0 and waits its time, then counts on") {
  database.insert_job("a");
  auto run = claim(1).at(0).run_id;
  queue.report_progress({{run, 40}});
  CHECK(queue.retry(run, kTimeout, hours(1)) == Ending::kDone);
  CHECK(column("status") == "queued");
  CHECK(column("progress") == "0");
  CHECK(run_state(run) == "retrying");
  CHECK(claim(1).empty());
  CHECK(queue.has_work());
  database.execute("UPDATE aura.gate SET not_before = now()");
  CHECK(claim(1).at(0).attempt == 2);
}

TEST_CASE_METHOD(Fixture, "retry: a job that waits keeps no other waiting") {
  database.insert_job("a", "http://h/", 60);
  database.insert_job("b", "http://h/", 1);
  queue.retry(claim(1).at(0).run_id, kTimeout, hours(1));
  CHECK(claim(1).at(0).job.id == "b");
}

TEST_CASE_METHOD(Fixture, "fail: the row says why and keeps its progress") {
  database.insert_job("a");
  const auto run = claim(1).at(0).run_id;
  CHECK(queue.report_progress({{run, 20}}) == std::vector{run});
  CHECK(queue.fail(run, {"not_audio", "this is not audio", false}) == Ending::kDone);
  CHECK(column("status") == "failed");
  CHECK(column("progress") == "20");
  CHECK(column("errorMessage") == "this is not audio");
  CHECK(database.value("SELECT error->>'code' FROM aura.run") == "not_audio");
  CHECK(gates() == "0");
}

TEST_CASE_METHOD(Fixture, "release: due at once and at no cost of an attempt") {
  for (const char* id : {"a", "b", "c"}) database.insert_job(id);
  std::vector<std::int64_t> runs;
  for (const auto& job : claim(3)) runs.push_back(job.run_id);
  queue.complete(runs[0], some_result());
  database.execute(
      "DELETE FROM \"AuraAnalysis\" WHERE \"id\" = (SELECT job_id FROM aura.run WHERE id = " +
      std::to_string(runs[1]) + ")");
  CHECK(queue.release(runs) == std::vector{runs[1], runs[2]});
  CHECK(run_state(runs[0]) == "completed");
  CHECK(run_state(runs[1]) == "cancelled");
  CHECK(run_state(runs[2]) == "released");
  CHECK(gates() == "1");
  const auto again = claim(3);
  REQUIRE(again.size() == 1);
  CHECK(again[0].attempt == 1);
  CHECK(queue.release({}).empty());
}

TEST_CASE_METHOD(Fixture,
                 "extend: a lease grows only while the run is ours and its row is processing") {
  for (const char* id : {"a", "b", "c", "d"}) database.insert_job(id);
  std::vector<std::int64_t> runs;
  for (const auto& job : claim(4)) runs.push_back(job.run_id);
  queue.complete(runs[0], some_result());
  database.execute("DELETE FROM \"AuraAnalysis\" WHERE \"id\" = 'b'");
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'queued' WHERE \"id\" = 'c'");
  CHECK(queue.extend(runs, hours(2)) == std::vector<std::int64_t>{runs[3]});
  CHECK(database.value("SELECT lease_until > now() + interval '1 hour' FROM aura.run WHERE id = " +
                       std::to_string(runs[3])) == "t");
  CHECK(queue.extend({}, hours(2)).empty());
}

TEST_CASE_METHOD(Fixture,
                 "rescue: what a lost worker held goes back to the queue, and a live lease stays") {
  database.insert_job("lost", "http://h/", 10);
  database.insert_job("alive");
  const auto claimed = claim(2);
  database.execute("UPDATE aura.run SET lease_until = now() - interval '1 second' WHERE id = " +
                   std::to_string(claimed[0].run_id));
  const auto rescued = queue.rescue({.max_retries = 3, .max_crashes = 3});
  REQUIRE(rescued.size() == 1);
  CHECK(rescued[0].job_id == "lost");
  CHECK(rescued[0].attempt == 1);
  CHECK(rescued[0].worker_id == "w");
  CHECK(!rescued[0].failed);
  CHECK(column("status", "lost") == "queued");
  CHECK(column("status", "alive") == "processing");
  CHECK(run_state(claimed[0].run_id) == "lost");
  CHECK(queue.complete(claimed[0].run_id, some_result()) == Ending::kLost);
  CHECK(claim(2).at(0).attempt == 2);
  CHECK(queue.rescue({.max_retries = 3, .max_crashes = 3}).empty());
}

TEST_CASE_METHOD(Fixture,
                 "rescue: a job that stops every worker runs out of crashes, and says so") {
  database.insert_job("a");
  for (int crash = 1; crash <= 3; ++crash) {
    REQUIRE(claim(1).size() == 1);
    database.execute(
        "UPDATE aura.run SET lease_until = now() - interval '1 second' WHERE state = 'running'");
    CHECK(queue.rescue({.max_retries = 9, .max_crashes = 3}).at(0).failed == (crash == 3));
  }
  CHECK(column("status") == "failed");
  CHECK(column("errorMessage").find("3 times") != std::string::npos);
  CHECK(gates() == "0");
}

TEST_CASE_METHOD(Fixture,
                 "rescue: a job set back by hand mid-run starts anew with no crash to its name") {
  database.insert_job("a");
  claim(1);
  database.execute("UPDATE aura.gate SET crashes = 2");
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'queued'");
  CHECK(claim(1).at(0).attempt == 1);
  CHECK(database.value("SELECT crashes FROM aura.gate") == "0");
}

TEST_CASE_METHOD(Fixture,
                 "a locked row holds up neither the beat, the rescue nor the release of others") {
  for (const char* id : {"a", "b"}) database.insert_job(id);
  std::vector<std::int64_t> runs;
  for (const auto& job : claim(2)) runs.push_back(job.run_id);
  const auto free = database.value("SELECT id FROM aura.run WHERE job_id = 'b'");
  const auto free_run = std::stoll(free);
  SECTION("beat: of a run whose ending is under way") {
    const aura::test::OpenTransaction ending(database,
                                             "SELECT FROM aura.run WHERE job_id = 'a' FOR UPDATE");
    CHECK(queue.extend(runs, hours(1)) == std::vector<std::int64_t>{free_run});
    CHECK(queue.held(runs).size() == 2);
  }
  const aura::test::OpenTransaction edit(
      database, "UPDATE \"AuraAnalysis\" SET \"notes\" = '' WHERE \"id\" = 'a'");
  SECTION("rescue") {
    database.execute("UPDATE aura.run SET lease_until = now() - interval '1 second'");
    const auto rescued = queue.rescue({.max_retries = 3, .max_crashes = 3});
    REQUIRE(rescued.size() == 1);
    CHECK(rescued[0].run_id == free_run);
  }
  SECTION("release") {
    CHECK(queue.release(runs).size() == 1);
    CHECK(run_state(free_run) == "released");
    CHECK(queue.held(runs).size() == 1);
  }
}

TEST_CASE_METHOD(
    Fixture,
    "forget_ended: gates of jobs deleted or ended by hand go, those of waiting jobs stay") {
  for (const char* id : {"deleted", "ended", "waiting"}) database.insert_job(id);
  for (const auto& job : claim(3)) queue.retry(job.run_id, kTimeout, hours(1));
  database.execute("DELETE FROM \"AuraAnalysis\" WHERE \"id\" = 'deleted'");
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'failed' WHERE \"id\" = 'ended'");
  queue.forget_ended();
  CHECK(database.value("SELECT string_agg(job_id, ',') FROM aura.gate") == "waiting");
}

TEST_CASE_METHOD(Fixture, "rescue: a crash with no attempt left fails the job") {
  database.insert_job("a");
  claim(1);
  database.execute("UPDATE aura.run SET lease_until = now() - interval '1 second'");
  CHECK(queue.rescue({.max_retries = 0, .max_crashes = 3}).at(0).failed);
  CHECK(column("status") == "failed");
}

TEST_CASE_METHOD(Fixture, "rescue: a row deleted or set back by hand is left alone") {
  database.insert_job("deleted", "http://h/", 10);
  database.insert_job("requeued");
  claim(2);
  database.execute("DELETE FROM \"AuraAnalysis\" WHERE \"id\" = 'deleted'");
  database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'queued', \"progress\" = 7");
  database.execute("UPDATE aura.run SET lease_until = now() - interval '1 second'");
  CHECK(queue.rescue({.max_retries = 3, .max_crashes = 3}).empty());
  CHECK(column("progress", "requeued") == "7");
  CHECK(database.value("SELECT string_agg(DISTINCT state, ',') FROM aura.run") == "cancelled");
  CHECK(gates() == "0");
  CHECK(claim(1).at(0).attempt == 1);
}

TEST_CASE("rescue: many at once rescue each run once", "[tsan]") {
  Fixture fixture;
  constexpr int kJobs = 60;
  for (int i = 0; i < kJobs; ++i) fixture.database.insert_job("job" + std::to_string(i));
  fixture.claim(kJobs);
  fixture.database.execute("UPDATE aura.run SET lease_until = now() - interval '1 second'");
  std::atomic<std::size_t> rescued{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        auto connection = fixture.database.connect();
        Queue queue(connection, fixture.table);
        rescued += queue.rescue({.max_retries = 3, .max_crashes = 3}).size();
      });
    }
  }
  CHECK(rescued == kJobs);
  CHECK(fixture.database.value("SELECT max(crashes) FROM aura.gate") == "1");
}

TEST_CASE_METHOD(Fixture, "prune: old runs go, in batches, young and running ones stay") {
  for (const char* id : {"a", "b", "c", "d"}) database.insert_job(id);
  std::vector<std::int64_t> runs;
  for (const auto& job : claim(4)) runs.push_back(job.run_id);
  for (int i = 0; i < 3; ++i) queue.complete(runs[static_cast<std::size_t>(i)], some_result());
  database.execute("UPDATE aura.run SET ended_at = now() - interval '31 days' WHERE id < " +
                   std::to_string(runs[2]));
  CHECK(queue.prune(hours(24 * 30), 1) == 1);
  CHECK(queue.prune(hours(24 * 30), 10) == 1);
  CHECK(queue.prune(hours(24 * 30), 10) == 0);
  CHECK(database.value("SELECT count(*) FROM aura.run") == "2");
}

TEST_CASE_METHOD(Fixture, "has_work: queued, waiting and running jobs count, ended ones don't") {
  CHECK(!queue.has_work());
  database.insert_job("a");
  CHECK(queue.has_work());
  const auto run = claim(1).at(0).run_id;
  CHECK(queue.has_work());
  queue.complete(run, some_result());
  CHECK(!queue.has_work());
}

TEST_CASE_METHOD(Fixture, "hostile text in a row or an error goes through as text") {
  const std::string hostile = "'; DROP TABLE \"AuraAnalysis\"; -- \\ {jobs} $1 \x01";
  database.insert_job("a", hostile);
  const auto job = claim(1).at(0);
  CHECK(job.job.audio_url == hostile);
  CHECK(queue.fail(job.run_id, {"code", hostile, false}) == Ending::kDone);
  CHECK(column("errorMessage") == hostile);
}

TEST_CASE_METHOD(Fixture, "progress: many runs at once, of which those that are lost are told") {
  for (const char* id : {"a", "b", "c"}) database.insert_job(id);
  std::vector<std::int64_t> runs;
  for (const auto& job : claim(3)) runs.push_back(job.run_id);
  queue.fail(runs[1], kTimeout);
  database.execute(
      "UPDATE \"AuraAnalysis\" SET \"status\" = 'queued' WHERE \"id\" = "
      "(SELECT job_id FROM aura.run WHERE id = " +
      std::to_string(runs[2]) + ")");
  CHECK(queue.report_progress({{runs[0], 30}, {runs[1], 40}, {runs[2], 50}}) ==
        std::vector{runs[0]});
  CHECK(database.value("SELECT string_agg(\"progress\"::text, ' ' ORDER BY \"progress\") FROM "
                       "\"AuraAnalysis\"") == "0 0 30");
}

TEST_CASE_METHOD(Fixture, "progress: a row that somebody else has locked holds up no other") {
  for (const char* id : {"a", "b"}) database.insert_job(id);
  const auto jobs = claim(2);
  const aura::test::OpenTransaction edit(
      database, "UPDATE \"AuraAnalysis\" SET \"notes\" = '' WHERE \"id\" = 'a'");
  CHECK(queue.report_progress({{jobs[0].run_id, 30}, {jobs[1].run_id, 40}}).size() == 2);
  CHECK(column("progress", jobs[0].job.id == "a" ? "b" : "a") != "0");
  CHECK(column("progress", "a") == "0");
}

TEST_CASE_METHOD(Fixture, "progress: its writes touch no index") {
  aura::queue::ensure_aids(connection, table, false);
  database.insert_job("a");
  {
    auto own = database.connect();
    Queue own_queue(own, table);
    const auto run = own_queue.claim({.limit = 1, .worker_id = "w"}).at(0).run_id;
    for (int percent = 10; percent <= 90; percent += 10)
      own_queue.report_progress({{run, percent}});
  }
  // A server process hands in its statistics as it ends.
  const auto statistic = [&](const std::string& name) {
    return database.value("SELECT " + name +
                          " FROM pg_stat_user_tables WHERE relname = 'AuraAnalysis'");
  };
  aura::test::eventually("the updates are counted", [&] { return statistic("n_tup_upd") == "10"; });
  CHECK(statistic("n_tup_hot_upd") == "9");
}

TEST_CASE_METHOD(Fixture, "claim in turn: a flood by one user delays another's job by one round") {
  const auto of_user = [&](const std::string& id, const std::string& user, int age_s) {
    database.insert_job(id, "http://h/", age_s);
    database.execute("UPDATE \"AuraAnalysis\" SET \"userId\" = '" + user + "' WHERE \"id\" = '" +
                     id + "'");
  };
  database.execute(
      "INSERT INTO public.\"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", "
      "\"trackTitle\", "
      "\"artistName\", \"audioUrl\", \"createdAt\", \"updatedAt\") SELECT 'flood' || n, 'flooder', "
      "'flood' || n, "
      "'queued', 'T', 'A', 'http://h/', now() - interval '1 hour' + n * interval '1 ms', now() "
      "FROM generate_series(1, 10000) n");
  const auto next = [&](int limit = 1) {
    std::string ids;
    for (const auto& job : queue.claim({.limit = limit, .worker_id = "w", .in_turn = true}))
      ids += (ids.empty() ? "" : " ") + job.job.id;
    return ids;
  };
  CHECK(next(2) == "flood1 flood2");
  of_user("single", "other", 0);
  of_user("late1", "third", 10);
  of_user("late2", "third", 5);
  CHECK(next() == "late1");
  CHECK(next() == "single");
  CHECK(next() == "flood3");
  CHECK(next() == "late2");
  CHECK(next(2) == "flood4 flood5");
}

TEST_CASE_METHOD(Fixture, "claim in turn: workers at once share the queue", "[tsan]") {
  for (int i = 0; i < 40; ++i) database.insert_job("job" + std::to_string(i));
  std::atomic<int> claimed{0};
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&] {
        auto own = database.connect();
        Queue own_queue(own, table);
        while (const auto jobs =
                   own_queue.claim({.limit = 3, .worker_id = "w", .in_turn = true}).size())
          claimed += static_cast<int>(jobs);
      });
    }
  }
  CHECK(claimed == 40);
  CHECK(database.value("SELECT count(*) FROM aura.run") == "40");
}

TEST_CASE_METHOD(Fixture, "strays: what a worker holds without knowing goes back at no cost") {
  for (const char* id : {"a", "b", "c"}) database.insert_job(id);
  const auto known = claim(1).at(0).run_id;
  const auto stray = claim(1).at(0).run_id;
  const auto other = queue.claim({.limit = 1, .worker_id = "other"}).at(0).run_id;
  CHECK(queue.abandon_strays("w", {known}) == 1);
  CHECK(run_state(known) == "running");
  CHECK(run_state(stray) == "lost");
  CHECK(run_state(other) == "running");
  CHECK(claim(1).at(0).attempt == 1);
}

TEST_CASE_METHOD(Fixture, "abandon: counts as lost, costs neither an attempt nor a crash") {
  database.insert_job("a");
  const auto run = claim(1).at(0).run_id;
  CHECK(queue.abandon(run) == Ending::kDone);
  CHECK(run_state(run) == "lost");
  CHECK(column("status") == "queued");
  CHECK(queue.complete(run, some_result()) == Ending::kLost);
  const auto again = claim(1).at(0);
  CHECK(again.attempt == 1);
  CHECK(again.crashes == 0);
}

TEST_CASE_METHOD(Fixture, "postpone: the job waits, it costs no attempt, and it is counted") {
  database.insert_job("a");
  const auto first = claim(1).at(0);
  CHECK(first.waits == 0);
  CHECK(queue.postpone(first.run_id, {"http_429", "the host is busy", true}, hours(1)) ==
        Ending::kDone);
  CHECK(column("status") == "queued");
  CHECK(claim(1).empty());
  database.execute("UPDATE aura.gate SET not_before = now()");
  const auto second = claim(1).at(0);
  CHECK(second.attempt == 1);
  CHECK(second.waits == 1);
  CHECK(database.value("SELECT error->>'code' FROM aura.run WHERE state = 'postponed'") ==
        "http_429");
}
