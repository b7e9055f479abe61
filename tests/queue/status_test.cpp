#include "aura/queue/status.h"

#include <catch2/catch.hpp>

#include "aura/queue/listing.h"
#include "aura/queue/queue.h"
#include "aura/test/database.h"
#include "fixture.h"

using aura::queue::Queue;
using aura::test::TestDatabase;

TEST_CASE("status: a job shows its row, its wait and the history of its attempts") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  auto connection = database.connect();
  Queue queue(connection, table);
  database.insert_job("a");
  const auto run = queue.claim({.limit = 1, .worker_id = "w1"}).at(0).run_id;
  queue.retry(run, {"timeout", "the host was too slow", true}, std::chrono::hours(1));

  const auto job = aura::queue::find_job(connection, table, "a");
  REQUIRE(job);
  CHECK(job->status == "queued");
  CHECK(job->track_title == "Title");
  CHECK(job->next_attempt_at);
  CHECK(!job->hit_factor);

  const auto runs = aura::queue::find_runs(connection, table, "a");
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].attempt == 1);
  CHECK(runs[0].worker_id == "w1");
  CHECK(runs[0].state == "retrying");
  CHECK(runs[0].error_code == "timeout");
  CHECK(runs[0].error_message == "the host was too slow");
  CHECK(!aura::queue::find_job(connection, table, "unknown"));
}

TEST_CASE_METHOD(aura::queue::WithUuids,
                 "status: where jobIds are UUIDs, anything else is nobody's") {
  CHECK(aura::queue::find_job(connection, table, id)->job_id == id);
  const auto before = aura::postgres::database_errors();
  CHECK(!aura::queue::find_job(connection, table, "unknown"));
  CHECK(!aura::queue::find_result(connection, table, "unknown"));
  CHECK(aura::queue::find_runs(connection, table, "unknown").empty());
  CHECK(aura::postgres::database_errors() == before);
}

TEST_CASE("status: a row whose columns are NULL can be shown and listed") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  auto connection = database.connect();
  for (const char* column : {"jobId", "progress", "trackTitle", "artistName", "audioUrl", "userId",
                             "createdAt", "updatedAt"})
    database.execute("ALTER TABLE \"AuraAnalysis\" ALTER \"" + std::string(column) +
                     "\" DROP NOT NULL");
  database.execute(
      "INSERT INTO \"AuraAnalysis\" (\"id\", \"jobId\", \"status\", \"progress\", \"createdAt\") "
      "VALUES "
      "('a', 'a', 'failed', NULL, NULL), ('b', NULL, 'failed', NULL, NULL)");
  CHECK(aura::queue::find_job(connection, table, "a")->created_at.empty());
  CHECK(aura::queue::overview(connection, table).last_errors.size() == 2);
  CHECK(aura::queue::list_jobs(connection, table, std::nullopt, std::nullopt, 10).jobs.size() == 2);
}

TEST_CASE("status: the tempo is rhythm's, librosa's in older reports; no shape is an obstacle") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  auto connection = database.connect();
  database.insert_job("a");
  const std::vector<std::pair<std::string, std::optional<double>>> reports{
      {R"({"rhythm": {"bpm": 64.6}, "features": {"tempo": 129.19921875}})", 64.6},
      {R"({"rhythm": {"bpm": 0}, "features": {"tempo": 129.19921875}})", 0},
      {R"({"features": {"tempo": 129.19921875}})", 129.19921875},
      {R"({"rhythm": {"bpm": "fast"}, "features": {"tempo": 90}})", 90},
      {R"({"rhythm": {"bpm": 1e300}, "features": {"tempo": 90}})", 90},
      {R"({"rhythm": {"bpm": 1e-400}})", 0},
      {R"({"features": {"tempo": "fast"}, "rhythm": [{"bpm": 90}]})", std::nullopt},
      {R"({"features": 5})", std::nullopt},
      {"[]", std::nullopt},
      {"null", std::nullopt},
  };
  for (const auto& [report, tempo_bpm] : reports) {
    CAPTURE(report);
    database.execute("UPDATE \"AuraAnalysis\" SET \"fullReport\" = '" + report + "'");
    CHECK(aura::queue::find_job(connection, table, "a")->tempo_bpm == tempo_bpm);
  }
}

TEST_CASE("overview: counts by state, the oldest wait, the last hour and the last errors") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  auto connection = database.connect();
  Queue queue(connection, table);
  CHECK(!aura::queue::overview(connection, table).oldest_waiting_s);
  database.insert_job("done", "http://h/", 40);
  database.insert_job("bad", "http://h/", 30);
  database.insert_job("busy", "http://h/", 20);
  database.insert_job("waiting", "http://h/", 10);
  const auto claimed = queue.claim({.limit = 3});
  queue.complete(
      claimed.at(0).run_id,
      {.recommendations_json = "[]", .similar_hits_json = "[]", .full_report_json = "{}"});
  queue.fail(claimed.at(1).run_id, {"not_audio", "this is not audio", false});

  database.execute(
      "INSERT INTO aura.set_aside (job_id, next_try, statement, reason) VALUES ('waiting', now(), "
      "'claim', 'account closed')");

  const auto overview = aura::queue::overview(connection, table);
  CHECK(overview.queued == 1);
  CHECK(overview.processing == 1);
  CHECK(overview.completed == 1);
  CHECK(overview.failed == 1);
  CHECK(overview.completed_last_hour == 1);
  CHECK(overview.set_aside == 1);
  CHECK(overview.oldest_waiting_s.value() >= 10);
  CHECK(overview.oldest_waiting_s.value() < 70);
  REQUIRE(overview.last_errors.size() == 1);
  CHECK(overview.last_errors[0].job_id == "bad");
  CHECK(overview.last_errors[0].error_message == "this is not audio");
}

TEST_CASE("summary: counts by state, and what ended in each minute of the last hour") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  auto connection = database.connect();
  Queue queue(connection, table);
  const auto before = aura::queue::summarise(connection, table);
  CHECK(before.minutes.size() == 60);
  for (const std::string id : {"done", "bad", "again", "busy", "waiting"})
    database.insert_job(id, "http://h/", id == "waiting" ? 0 : 60);
  for (const auto& job : queue.claim({.limit = 4})) {
    const auto& id = job.job.id;
    if (id == "done")
      queue.complete(
          job.run_id,
          {.recommendations_json = "[]", .similar_hits_json = "[]", .full_report_json = "{}"});
    if (id == "bad") queue.fail(job.run_id, {"not_audio", "this is not audio", false});
    if (id == "again")
      queue.retry(job.run_id, {"timeout", "too slow", true}, std::chrono::hours(1));
  }
  // One that failed because it lost too many workers, one that was rescued, and one too long ago.
  database.execute(
      "INSERT INTO aura.run (job_id, attempt, worker_id, state, lease_until, ended_at, error) "
      "VALUES "
      "('x', 1, 'w', 'lost', now(), now() - interval '59 minutes', '{\"retryable\": false}'), "
      "('x', 1, 'w', 'lost', now(), now() - interval '10 minutes', '{\"retryable\": true}'), "
      "('x', 1, 'w', 'completed', now(), now() - interval '61 minutes', NULL)");

  const auto summary = aura::queue::summarise(connection, table);
  CHECK(summary.queued == 2);
  CHECK(summary.processing == 1);
  CHECK(summary.completed == 1);
  CHECK(summary.failed == 1);
  REQUIRE(summary.minutes.size() == 60);
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  for (const auto& minute : summary.minutes) {
    completed += minute.completed;
    failed += minute.failed;
  }
  CHECK(completed == 1);
  CHECK(failed == 2);
  CHECK(summary.minutes.front().failed == 1);
  CHECK(summary.minutes.front().start < summary.minutes.back().start);
  CHECK(summary.minutes.back().start.ends_with(":00Z"));
}
