#include <catch2/catch.hpp>
#include <csignal>

#include "fixture.h"

namespace aura::test {
namespace {

const Arguments kEnqueue{"enqueue", "--title", "T", "--artist", "A"};

/// A role that may use schema aura, and on the jobs table do no more than select and update.
class LimitedRole : public Role {
 public:
  explicit LimitedRole(TestDatabase& database) : Role(database) {
    database.execute("GRANT SELECT, UPDATE ON public.\"AuraAnalysis\" TO " + name());
    database.execute("GRANT USAGE ON SCHEMA aura TO " + name());
    database.execute("GRANT ALL ON ALL TABLES IN SCHEMA aura TO " + name());
  }
};

}  // namespace

TEST_CASE_METHOD(WithTables, "jobs table: either of its names is found") {
  insert_path("job");
  SECTION("AuraAnalysis") {}
  SECTION("aura_analyses") {
    database.execute("ALTER TABLE \"AuraAnalysis\" RENAME TO aura_analyses");
  }
  drain();
  CHECK(contains(run({"status", "job"}).output, "completed, 100 %"));
}

TEST_CASE_METHOD(WithTables, "jobs table: where both are there, it must be told which") {
  database.execute("CREATE TABLE aura_analyses (LIKE \"AuraAnalysis\" INCLUDING ALL)");
  insert_path("job");
  const auto worker = run({"worker", "--drain"});
  CHECK(worker.status == ExitStatus{1, 0});
  CHECK(contains(worker.error, "set AURA_TABLE to the one that holds the jobs"));
  CHECK(count("queued") == 1);
  drain({{"AURA_TABLE", "aura_analyses"}});
  CHECK(count("queued") == 1);
  drain({{"AURA_TABLE", "AuraAnalysis"}});
  CHECK(count("completed") == 1);
}

TEST_CASE_METHOD(WithDatabase, "jobs table: AURA_TABLE names any other, for every command") {
  environment["AURA_TABLE"] = GENERATE("Tracks to \"do\"", "studio.Tracks");
  database.execute("CREATE SCHEMA studio");
  REQUIRE(run({"migrate", "--with-queue-table"}).status == ExitStatus{});
  auto arguments = kEnqueue;
  arguments.push_back(server.url("/clip.wav"));
  const auto enqueued = run(arguments);
  INFO(enqueued.error);
  REQUIRE(enqueued.status == ExitStatus{});
  REQUIRE(run({"worker", "--drain"}).status == ExitStatus{});
  const auto status = run({"status", lines(enqueued.output).at(0)});
  CHECK(status.status == ExitStatus{});
  CHECK(contains(status.output, "completed, 100 %"));
}

TEST_CASE_METHOD(WithTables,
                 "jobs table: rights to select and to update it are enough for a worker") {
  const LimitedRole role(database);
  insert_path("good");
  insert_path("missing", "/nothing.mp3");
  CHECK(!contains(drain({{"DATABASE_URL", role.url()}}).error, "refuses"));
  CHECK(row("good")["status"] == "completed");
  CHECK(row("missing")["status"] == "failed");
  // One that stays long enough says what it may not make.
  auto worker = start({"worker"}, {{"DATABASE_URL", role.url()}});
  worker.wait_for_error("may not make the trigger that wakes workers");
  worker.kill(SIGTERM);
  CHECK(worker.wait() == ExitStatus{});
}

TEST_CASE_METHOD(WithTables, "jobs table: a name that AURA_TABLE has wrong is told") {
  const auto status = run({"status"}, {{"AURA_TABLE", "auraanalysis"}});
  CHECK(status.status == ExitStatus{1, 0});
  CHECK(contains(status.error, "there is no table \"auraanalysis\""));
  const auto other = run({"status"}, {{"AURA_TABLE", "aura.run"}});
  CHECK(other.status == ExitStatus{1, 0});
  CHECK(contains(other.error, "lacks the columns"));
}

}  // namespace aura::test
