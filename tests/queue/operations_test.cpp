#include "aura/queue/operations.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "aura/postgres/session.h"
#include "fixture.h"
#include "statements.h"

using aura::queue::Ending;
using aura::queue::Fixture;

TEST_CASE_METHOD(Fixture,
                 "cancel_job: a queued job never runs, a running one can't write its outcome") {
  database.insert_job("running", "http://h/", 10);
  database.insert_job("queued");
  const auto run = queue.claim({.limit = 1}).at(0).run_id;
  CHECK(aura::queue::cancel_job(connection, table, "running"));
  CHECK(aura::queue::cancel_job(connection, table, "queued"));
  CHECK(column("status", "running") == "failed");
  CHECK(column("status", "queued") == "failed");
  CHECK(queue.claim({.limit = 1}).empty());
  CHECK(queue.report_progress({{run, 10}}).empty());
  CHECK(queue.extend({run}, std::chrono::seconds(30)).empty());
  CHECK(queue.fail(run, {"code", "late", false}) == Ending::kCancelled);
  CHECK(database.value("SELECT \"errorMessage\" FROM \"AuraAnalysis\" WHERE \"id\" = 'running'") ==
        "cancelled");
  CHECK(database.value("SELECT count(*) FROM aura.gate") == "0");
}

TEST_CASE_METHOD(Fixture, "cancel_job: an ended or unknown job is left alone") {
  database.insert_job("a");
  queue.fail(queue.claim({.limit = 1}).at(0).run_id, {"code", "why", false});
  CHECK(!aura::queue::cancel_job(connection, table, "a"));
  CHECK(!aura::queue::cancel_job(connection, table, "unknown"));
}

TEST_CASE_METHOD(
    Fixture,
    "retry_job: a failed or waiting job starts anew at once, a running one is left alone") {
  for (const char* id : {"failed", "waiting", "running"}) database.insert_job(id);
  for (const auto& job : queue.claim({.limit = 3})) {
    if (job.job.id == "failed") queue.fail(job.run_id, {"code", "why", false});
    if (job.job.id == "waiting")
      queue.retry(job.run_id, {"code", "why", true}, std::chrono::hours(1));
  }
  CHECK(aura::queue::retry_job(connection, table, "failed"));
  CHECK(aura::queue::retry_job(connection, table, "waiting"));
  CHECK(!aura::queue::retry_job(connection, table, "running"));
  const auto again = queue.claim({.limit = 3});
  REQUIRE(again.size() == 2);
  CHECK(again[0].attempt == 1);
  CHECK(again[1].attempt == 1);
}

TEST_CASE_METHOD(Fixture, "retry_job: an orphan starts anew, once nobody holds it") {
  database.insert_job("a");
  const auto run = queue.claim({.limit = 1}).at(0).run_id;
  SECTION("its run is of the past") {
    database.execute("UPDATE aura.run SET state = 'lost', ended_at = now()");
  }
  SECTION("nothing is known of any run") {
    database.execute("DELETE FROM aura.run; DELETE FROM aura.gate");
  }
  CHECK(aura::queue::retry_job(connection, table, "a"));
  const auto again = queue.claim({.limit = 1});
  REQUIRE(again.size() == 1);
  CHECK(again[0].attempt == 1);
  CHECK(again[0].run_id != run);
  CHECK(queue.extend({run}, std::chrono::seconds(30)).empty());
}

TEST_CASE_METHOD(Fixture, "retry_job: a job that is claimed at the same time is no orphan",
                 "[tsan]") {
  database.insert_job("a");
  auto claiming = database.connect();
  bool retried = true;
  std::jthread retrying;
  // As a claim does, whose row somebody waits for.
  claiming.session().transaction_within(std::chrono::seconds(10), [&](aura::postgres::Transaction&
                                                                          work) {
    work.exec("UPDATE \"AuraAnalysis\" SET \"status\" = 'processing'");
    work.exec(
        "INSERT INTO aura.run (job_id, attempt, worker_id, lease_until) VALUES ('a', 1, 'w', now() "
        "+ interval '30 seconds')");
    retrying = std::jthread([&] { retried = aura::queue::retry_job(connection, table, "a"); });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(4);
    while (database.value("SELECT count(*) FROM pg_locks WHERE NOT granted") == "0")
      REQUIRE(std::chrono::steady_clock::now() < deadline);
  });
  retrying.join();
  CHECK(!retried);
  CHECK(column("status") == "processing");
}

TEST_CASE_METHOD(Fixture, "retry_failed_jobs: all that failed, and no other") {
  for (const char* id : {"a", "b", "c"}) database.insert_job(id);
  const auto claimed = queue.claim({.limit = 2});
  for (const auto& job : claimed) queue.fail(job.run_id, {"code", "why", false});
  database.insert_job("cancelled");
  aura::queue::cancel_job(connection, table, "cancelled");
  CHECK(aura::queue::retry_failed_jobs(connection, table).job_ids.size() == 2);
  CHECK(database.value("SELECT count(*) FROM \"AuraAnalysis\" WHERE \"status\" = 'queued'") == "3");
}

TEST_CASE_METHOD(aura::queue::WithUuids,
                 "cancel_job, retry_job: where jobIds are UUIDs, anything else is nobody's") {
  CHECK(!aura::queue::cancel_job(connection, table, "unknown"));
  CHECK(!aura::queue::retry_job(connection, table, "unknown"));
  CHECK(aura::queue::cancel_job(connection, table, id));
  CHECK(aura::queue::retry_job(connection, table, id));
}

TEST_CASE_METHOD(Fixture, "cancel_job, retry_job: a row that keeps them off is told") {
  database.insert_job("waiting");
  database.insert_job("failed");
  database.execute(
      "UPDATE \"AuraAnalysis\" SET \"status\" = 'failed' WHERE \"id\" = 'failed'; CREATE FUNCTION "
      "public.keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; CREATE "
      "TRIGGER keep BEFORE UPDATE ON public.\"AuraAnalysis\" FOR EACH ROW EXECUTE FUNCTION "
      "public.keep()");
  const auto refusal = Catch::Matchers::Message(aura::queue::kNoEffect);
  CHECK_THROWS_MATCHES(aura::queue::cancel_job(connection, table, "waiting"),
                       aura::postgres::RowRefused, refusal);
  CHECK_THROWS_MATCHES(aura::queue::retry_job(connection, table, "failed"),
                       aura::postgres::RowRefused, refusal);
  CHECK(!aura::queue::cancel_job(connection, table, "failed"));
}
