#include "aura/queue/listing.h"

#include <catch2/catch.hpp>
#include <set>

#include "fixture.h"

using aura::queue::active_jobs;
using aura::queue::Cursor;
using aura::queue::Fixture;
using aura::queue::list_jobs;

TEST_CASE_METHOD(Fixture, "list: pages hold every job once, newest first, whatever shares a time") {
  for (int i = 0; i < 7; ++i)
    database.insert_job("job" + std::to_string(i), "http://h/", i < 4 ? 10 : 20);
  // Of one millisecond each, so that only the id tells them apart.
  database.execute(
      "UPDATE \"AuraAnalysis\" SET \"createdAt\" = date_trunc('minute', \"createdAt\") - "
      "CASE WHEN \"id\" < 'job4' THEN interval '0' ELSE interval '1 hour' END");
  std::vector<std::string> seen;
  std::optional<Cursor> after;
  int pages = 0;
  do {
    const auto page = list_jobs(connection, table, std::nullopt, after, 3);
    for (const auto& job : page.jobs) seen.push_back(job.job_id);
    after = page.next;
    ++pages;
  } while (after);
  CHECK(pages == 3);
  CHECK(seen == std::vector<std::string>{"job3", "job2", "job1", "job0", "job6", "job5", "job4"});
}

TEST_CASE_METHOD(Fixture,
                 "list: pages lose no job and repeat none, whatever the table keeps times as") {
  const std::string type = GENERATE("timestamp(3)", "timestamp", "timestamptz", "timestamptz(0)");
  INFO(type);
  // A session whose clock is not UTC's must not matter.
  database.execute("ALTER DATABASE " + database.value("SELECT current_database()") +
                   " SET timezone = 'Pacific/Auckland'");
  database.execute("ALTER TABLE \"AuraAnalysis\" ALTER \"createdAt\" TYPE " + type +
                   ", ALTER \"createdAt\" DROP NOT NULL, ALTER \"jobId\" DROP NOT NULL");
  auto session = database.connect();
  for (int i = 0; i < 9; ++i) database.insert_job("job" + std::to_string(i));
  // Within two milliseconds, at the end of a second; three have no time, and one no jobId either.
  database.execute(
      "UPDATE \"AuraAnalysis\" SET \"createdAt\" = CASE WHEN \"id\" > 'job2' THEN timestamptz "
      "'2026-03-01 11:59:59.998877Z' + right(\"id\", 1)::int * interval '300 microseconds' END, "
      "\"jobId\" = nullif(\"jobId\", 'job0')");
  std::vector<std::string> expected;
  for (const auto& job : list_jobs(session, table, std::nullopt, std::nullopt, 100).jobs)
    expected.push_back(job.job_id);
  REQUIRE(expected.size() == 9);
  for (const int limit : {1, 2, 4}) {
    std::vector<std::string> seen;
    std::optional<Cursor> after;
    do {
      const auto page = list_jobs(session, table, std::nullopt, after, limit);
      for (const auto& job : page.jobs) seen.push_back(job.job_id);
      after = page.next;
    } while (after && seen.size() < 20);
    CHECK(seen == expected);
  }
}

TEST_CASE_METHOD(Fixture, "list: a full last page has no next") {
  database.insert_job("a");
  database.insert_job("b");
  const auto page = list_jobs(connection, table, std::nullopt, std::nullopt, 2);
  CHECK(page.jobs.size() == 2);
  CHECK(!page.next);
}

TEST_CASE_METHOD(Fixture, "list: a status that is asked for is all there is") {
  database.insert_job("old", "http://h/", 60);
  database.insert_job("new");
  const auto run = claim(1).at(0).run_id;
  queue.fail(run, {"not_audio", "this is not audio", false});
  const auto failed = list_jobs(connection, table, "failed", std::nullopt, 10).jobs;
  REQUIRE(failed.size() == 1);
  CHECK(failed[0].job_id == "old");
  CHECK(failed[0].error_message == "this is not audio");
  CHECK(list_jobs(connection, table, "queued", std::nullopt, 10).jobs.size() == 1);
  CHECK(list_jobs(connection, table, "no'status", std::nullopt, 10).jobs.empty());
}

TEST_CASE_METHOD(Fixture, "list: a status is listed newest first, be it few or many that have it") {
  const int count = GENERATE(7, 10'001);
  database.execute(
      "INSERT INTO \"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", \"trackTitle\", "
      "\"artistName\", \"audioUrl\", \"createdAt\", \"updatedAt\") SELECT i, 'u', 'job' || i, "
      "CASE WHEN i > 3 THEN 'failed' ELSE 'completed' END, 't', 'a', 'http://h/', timestamp "
      "'2026-01-01' "
      "+ i * interval '1 second', now() FROM generate_series(1, " +
      std::to_string(count + 3) + ") i");
  const auto first = list_jobs(connection, table, "failed", std::nullopt, 4);
  REQUIRE(first.jobs.size() == 4);
  CHECK(first.jobs[0].job_id == "job" + std::to_string(count + 3));
  CHECK(first.jobs[3].job_id == "job" + std::to_string(count));
  REQUIRE(first.next);
  const auto second = list_jobs(connection, table, "failed", first.next, count);
  CHECK(second.jobs.size() == static_cast<std::size_t>(count - 4));
  CHECK(second.jobs.back().job_id == "job4");
  CHECK(!second.next);
}

TEST_CASE_METHOD(Fixture, "active: jobs under way and those that have just ended, each once") {
  for (const std::string id : {"waits", "runs", "ended", "long ago"})
    database.insert_job(id, "http://h/", id == "waits" ? 0 : 60);
  for (const auto& job : claim(3)) {
    if (job.job.job_id == "runs") continue;
    queue.fail(job.run_id, {"not_audio", "no", false});
  }
  database.execute(
      "UPDATE aura.run SET started_at = now() - interval '1 hour', ended_at = now() - interval '11 "
      "seconds' WHERE job_id = 'long ago'");
  std::set<std::string> ids;
  const auto jobs = active_jobs(connection, table);
  for (const auto& job : jobs) ids.insert(job.job_id);
  CHECK(ids == std::set<std::string>{"runs", "ended"});
  CHECK(jobs.size() == 2);
}
