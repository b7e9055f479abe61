#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "aura/queue/queue.h"
#include "aura/test/eventually.h"
#include "fixture.h"

namespace aura::worker {
namespace {

using std::chrono::milliseconds;
using test::eventually;

struct Dispatching : Fixture {
  /// Makes a queued job one that workers were lost with.
  void suspect(const std::string& id) {
    database.execute("INSERT INTO aura.gate (job_id, attempts, crashes) VALUES ('" + id +
                     "', 1, 1)");
  }
  /// Makes a job's end wait until what this returns goes.
  std::unique_ptr<test::OpenTransaction> hold_end_of(const std::string& id) {
    database.execute(
        "CREATE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
        "pg_advisory_xact_lock(1); RETURN NEW; END $$; CREATE TRIGGER hold BEFORE UPDATE ON "
        "public.\"AuraAnalysis\" FOR EACH ROW WHEN (NEW.\"status\" = 'completed' AND NEW.\"id\" = "
        "'" +
        id + "') EXECUTE FUNCTION public.hold()");
    return std::make_unique<test::OpenTransaction>(database, "SELECT pg_advisory_lock(1)");
  }
  void wait_until_held() {
    eventually("the end of a job waits", [&] {
      return database.value(
                 "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT "
                 "granted AND database = (SELECT oid FROM pg_database WHERE datname = "
                 "current_database())") == "1";
    });
  }
  std::string status(const std::string& id) {
    return database.value("SELECT \"status\" FROM \"AuraAnalysis\" WHERE \"id\" = '" + id + "'");
  }
  std::string processing() {
    return database.value(
        "SELECT string_agg(\"id\", ' ' ORDER BY \"id\") FROM \"AuraAnalysis\" WHERE \"status\" = "
        "'processing'");
  }
};

}  // namespace

TEST_CASE_METHOD(
    Dispatching,
    "dispatcher: a job that workers were lost with runs alone, before a backlog; other "
    "workers claim past it",
    "[tsan]") {
  std::unique_ptr<test::OpenTransaction> held = hold_end_of("running");
  insert("running");
  auto one = settings();
  one.worker_id = "one";
  auto worker = start(one, Until::kStopped);
  wait_until_held();
  // Older than the suspect.
  for (int i = 0; i < 50; ++i)
    database.insert_job("backlog" + std::to_string(i), server.url("/clip.wav"), 3600);
  const auto alone = std::make_shared<test::Gate>();
  server.serve("/suspect", test::ok(clip()).held_by(alone));
  database.execute("BEGIN");
  insert("suspect", "/suspect");
  suspect("suspect");
  database.execute("COMMIT");
  eventually("the worker has reserved it", [&] {
    return database.value(
               "SELECT reserved_by FROM aura.gate WHERE job_id = "
               "'suspect'") == "one";
  });
  // Another one goes on with the rest.
  std::stop_source stop_other;
  auto two = settings();
  two.worker_id = "two";
  test::Background other(
      "the other worker",
      [&] { run_worker(two, decoder, Until::kStopped, log, stop_other.get_token(), {}); },
      [&] { stop_other.request_stop(); });
  eventually("the backlog is done", [&] {
    return database.value(
               "SELECT count(*) FROM \"AuraAnalysis\" WHERE \"status\" = 'completed' AND "
               "\"id\" LIKE 'backlog%'") == "50";
  });
  CHECK(processing() == "running");
  stop_other.request_stop();
  other.join();

  database.insert_job("late", server.url("/clip.wav"), 3600);
  held.reset();
  alone->wait_until_reached();
  CHECK(processing() == "suspect");
  alone->open();
  eventually("all is done", [&] { return count("completed") == "53"; });
  stop.request_stop();
  worker.join();
  CHECK(database.value("SELECT bool_and(attempt <= 2) FROM aura.run") == "t");
  CHECK(database.value("SELECT count(*) FROM aura.run WHERE state = 'lost'") == "0");
}

TEST_CASE_METHOD(Dispatching,
                 "dispatcher: what no thread has begun makes way for a job that runs alone") {
  std::unique_ptr<test::OpenTransaction> held = hold_end_of("running");
  insert("running");
  auto one_thread = settings();
  one_thread.threads = 1;
  auto worker = start(one_thread, Until::kStopped);
  wait_until_held();
  const auto waiting = insert_held("waiting");
  waiting->wait_until_reached();
  database.execute("BEGIN");
  insert("suspect");
  suspect("suspect");
  database.execute("COMMIT");
  held.reset();
  eventually("what runs alone is done", [&] { return status("suspect") == "completed"; });
  CHECK(database.value("SELECT state FROM aura.run WHERE job_id = 'waiting' ORDER BY id LIMIT 1") ==
        "released");
  server.serve("/waiting", test::ok(clip()));
  waiting->open();
  eventually("all is done", [&] { return count("completed") == "3"; });
  stop.request_stop();
  worker.join();
  CHECK(database.value("SELECT max(attempt) FROM aura.run WHERE job_id <> 'suspect'") == "1");
}

TEST_CASE_METHOD(Dispatching, "dispatcher: hurried, it puts back what is locked for a moment",
                 "[tsan]") {
  const auto gate = insert_held("held");
  auto worker = start(settings(), Until::kStopped);
  gate->wait_until_reached();
  {
    const test::OpenTransaction lock(database, "SELECT FROM aura.run FOR UPDATE");
    stop.request_stop();
    hurry.request_stop();
    eventually("it has tried", [&] {
      return database.value(
                 "SELECT count(*) FROM pg_stat_activity WHERE datname = "
                 "current_database() AND query LIKE '%aura.run%' AND query_start > "
                 "now() - interval '1 second' AND pid <> pg_backend_pid() AND "
                 "application_name = 'aura'") != "0";
    });
  }
  worker.join();
  gate->open();
  CHECK(count("queued") == "1");
  CHECK(database.value("SELECT state FROM aura.run") == "released");
  CHECK_THAT(sink.str(), Catch::Matchers::Contains("stopped: back in the queue"));
}

TEST_CASE_METHOD(Dispatching,
                 "dispatcher: what stays locked it doesn't call put back, and doesn't wait for") {
  const auto gate = insert_held("held");
  auto worker = start(settings(), Until::kStopped);
  gate->wait_until_reached();
  const test::OpenTransaction lock(database, "SELECT FROM aura.run FOR UPDATE");
  stop.request_stop();
  hurry.request_stop();
  CHECK(test::duration_of([&] { worker.join(); }) < std::chrono::seconds(30));
  gate->open();
  CHECK(count("processing") == "1");
  CHECK_THAT(sink.str(), Catch::Matchers::Contains("once their leases have run out") &&
                             Catch::Matchers::Contains("back in the queue once its lease") &&
                             !Catch::Matchers::Contains("put unfinished jobs back") &&
                             !Catch::Matchers::Contains("stopped: back in the queue stage"));
}

TEST_CASE_METHOD(Dispatching,
                 "dispatcher: a row that refuses to be claimed is told, and others go on") {
  insert("good");
  database.insert_job("bad", server.url("/clip.wav"), 60);
  database.execute(
      "UPDATE \"AuraAnalysis\" SET \"trackTitle\" = '' WHERE \"id\" = 'bad'; ALTER TABLE "
      "\"AuraAnalysis\" ADD CHECK (\"trackTitle\" <> '') NOT VALID");
  drain();
  CHECK(count("completed") == "1");
  CHECK_THAT(sink.str(), Catch::Matchers::Contains("[job bad] its row refuses to be written"));
}

TEST_CASE("dispatcher: a job whose text can't be decoded fails, and others go on") {
  Fixture it("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
  it.insert("good");
  it.insert("bad");
  it.database.execute(R"(UPDATE "AuraAnalysis" SET "lyricsText" = E'\xff' WHERE "id" = 'bad')");
  it.drain();
  CHECK(it.count("completed") == "1");
  CHECK_THAT(it.error("bad"), Catch::Matchers::Contains("can't be read from the database"));
  CHECK(it.database.value("SELECT error->>'code' FROM aura.run WHERE state = 'failed'") ==
        "bad_text");
}

}  // namespace aura::worker
