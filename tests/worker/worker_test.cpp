#include "aura/worker/worker.h"

#include <catch2/catch.hpp>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "../http/client.h"
#include "aura/http/endpoint.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/migrations.h"
#include "aura/queue/operations.h"
#include "aura/queue/queue.h"
#include "aura/test/background.h"
#include "aura/test/database.h"
#include "aura/test/http_server.h"
#include "fixture.h"

using aura::test::Background;
using aura::test::eventually;
using aura::test::Gate;
using aura::test::HttpServer;
using aura::worker::clip;
using aura::worker::Fixture;
using aura::worker::Until;
using aura::worker::Worker;
using aura::worker::WorkerOutcome;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE_METHOD(Fixture, "worker: drains the queue, and a job that fails takes no other with it",
                 "[tsan]") {
  insert("good1");
  insert("missing", "/nothing.wav");
  insert("good2");
  server.serve("/text.mp3", aura::test::ok("this is no music at all"));
  insert("text", "/text.mp3");
  drain();
  CHECK(count("completed") == "2");
  CHECK(count("failed") == "2");
  CHECK(error("missing").find("404") != std::string::npos);
  CHECK(!error("text").empty());
  CHECK(attempts("missing") == "1");
  CHECK(sink.str().find("AURA Analysis Worker starting...") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "worker: two share the queue, and no job is done twice", "[tsan]") {
  constexpr int kJobs = 40;
  database.execute(
      "CREATE TABLE public.done (id text); "
      "CREATE FUNCTION note_done() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN INSERT INTO public.done VALUES (NEW.\"id\"); RETURN NEW; END $$; "
      "CREATE TRIGGER note_done AFTER UPDATE ON public.\"AuraAnalysis\" FOR EACH ROW "
      "WHEN (NEW.\"status\" = 'completed') EXECUTE FUNCTION note_done()");
  for (int i = 0; i < kJobs; ++i) insert("job" + std::to_string(i));
  auto first = start(settings());
  auto second = start(settings());
  first.join();
  second.join();
  CHECK(count("completed") == std::to_string(kJobs));
  CHECK(database.value("SELECT count(*) || ' ' || count(DISTINCT id) FROM public.done") == "40 40");
  CHECK(database.value("SELECT count(*) FROM aura.run") == "40");
}

TEST_CASE_METHOD(Fixture,
                 "worker: an error that may pass is tried again, and no more often than allowed") {
  int asked = 0;
  server.handle("/flaky.wav", [&](const aura::test::Request&) {
    return ++asked < 3 ? aura::test::reply(500, "") : aura::test::ok(clip());
  });
  server.serve("/down.wav", aura::test::reply(503, ""));
  insert("flaky", "/flaky.wav");
  insert("down", "/down.wav");
  drain();
  CHECK(count("completed") == "1");
  CHECK(attempts("flaky") == "3");
  CHECK(count("failed") == "1");
  CHECK(attempts("down") == "4");
}

TEST_CASE_METHOD(Fixture,
                 "worker: told to stop, it lets a running job finish and puts back what waits",
                 "[tsan]") {
  database.insert_job("first", server.url("/first"), 60);
  const auto gate = std::make_shared<Gate>();
  server.serve("/first", aura::test::ok(clip()).held_by(gate));
  const auto waiting = insert_held("waiting");
  auto one_thread = settings();
  one_thread.threads = 1;
  auto worker = start(one_thread, Until::kStopped);
  gate->wait_until_reached();
  waiting->wait_until_reached();
  stop.request_stop();
  eventually("the waiting job is back", [&] { return count("queued") == "1"; });
  gate->open();
  worker.join();
  waiting->open();
  CHECK(count("completed") == "1");
  CHECK(database.value("SELECT state FROM aura.run WHERE job_id = 'waiting'") == "released");
}

TEST_CASE_METHOD(Fixture,
                 "worker: under a role that may not make its schema it says so, isn't ready, and "
                 "becomes so once somebody else has made it",
                 "[tsan]") {
  database.execute("DROP SCHEMA aura CASCADE");
  const aura::test::Role role(database);
  database.execute("GRANT SELECT, UPDATE ON public.\"AuraAnalysis\" TO " + role.name());
  auto limited = settings();
  limited.database.url = aura::postgres::parse_database_url(role.url());
  aura::metrics::Instruments instruments({{"version", "1"}}, limited.threads);
  auto catalogue = aura::worker::catalogue_reader(limited);
  const aura::http::Endpoint endpoint(
      {.database = limited.database.url, .alive_within = std::chrono::minutes(1)}, instruments,
      catalogue, log);
  const auto ready = [&] { return aura::http::ask(endpoint.port(), "/readyz"); };
  const auto errors = aura::postgres::database_errors();
  Background worker(
      "the worker",
      [&] {
        Worker(limited, decoder, catalogue, instruments, log)
            .run(Until::kStopped, stop.get_token(), hurry.get_token());
      },
      [&] { stop.request_stop(); });
  eventually("the worker is refused", [&] { return aura::postgres::database_errors() != errors; });
  const auto refused = ready();
  CHECK_THAT(refused, StartsWith("HTTP/1.1 503"));
  CHECK_THAT(refused, Contains(R"("database":true,"table":true,"schema":false)"));

  auto owner = database.connect();
  aura::postgres::migrate(owner);
  database.execute("GRANT USAGE ON SCHEMA aura TO " + role.name());
  database.execute("GRANT ALL ON ALL TABLES IN SCHEMA aura TO " + role.name());
  eventually("the worker is ready", [&] { return ready().starts_with("HTTP/1.1 200"); });
  stop.request_stop();
  worker.join();
  CHECK_THAT(sink.str(),
             Contains("the database refuses what the worker needs (permission denied") &&
                 Contains("run aura migrate as a role that may") && Contains("all is well again"));
}

TEST_CASE_METHOD(Fixture,
                 "worker: what doesn't finish within the grace goes back to the queue, unharmed",
                 "[tsan]") {
  const auto gate = std::make_shared<Gate>();
  server.serve("/held.wav", aura::test::ok(clip()).held_by(gate, 100));
  insert("held1", "/held.wav");
  insert("held2", "/held.wav");
  auto worker = start(settings(), Until::kStopped);
  gate->wait_until_reached();
  stop.request_stop();
  hurry.request_stop();
  worker.join();
  gate->open();
  CHECK(count("queued") == "2");
  CHECK(count("processing") == "0");

  stop = {};
  hurry = {};
  drain();
  CHECK(count("completed") == "2");
  CHECK(database.value(
            "SELECT string_agg(attempt::text, ',') FROM aura.run WHERE state = 'completed'") ==
        "1,1");
}

TEST_CASE_METHOD(Fixture, "worker: a job that doesn't stop in time is left to who ends the process",
                 "[tsan]") {
  database.execute(
      "CREATE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
      "pg_advisory_xact_lock(1); RETURN NEW; END $$; CREATE TRIGGER hold BEFORE UPDATE ON "
      "public.\"AuraAnalysis\" FOR EACH ROW WHEN (NEW.\"status\" = 'completed') EXECUTE FUNCTION "
      "public.hold()");
  auto held = std::make_unique<aura::test::OpenTransaction>(database, "SELECT pg_advisory_lock(1)");
  insert("stuck");
  auto graceless = settings();
  graceless.shutdown_grace = milliseconds(0);
  aura::metrics::Instruments instruments({{"version", "1"}}, graceless.threads);
  auto catalogue = aura::worker::catalogue_reader(graceless);
  Worker stuck(graceless, decoder, catalogue, instruments, log);
  auto outcome = WorkerOutcome::kAsAsked;
  Background worker(
      "the worker",
      [&] { outcome = stuck.run(Until::kStopped, stop.get_token(), hurry.get_token()); },
      [&] {
        held.reset();
        stop.request_stop();
      });
  eventually("the end of the job waits", [&] {
    return database.value(
               "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND "
               "database = (SELECT oid FROM pg_database WHERE datname = current_database())") ==
           "1";
  });
  stop.request_stop();
  worker.join();
  CHECK(outcome == WorkerOutcome::kJobStuck);
  CHECK_THAT(sink.str(), Contains("a job did not stop in time"));
  held.reset();  // its thread ends now, and with it what it uses
}

TEST_CASE_METHOD(Fixture, "worker: a job deleted while it runs is let go, and the next one runs") {
  const auto gate = insert_held("held");
  auto worker = start(settings());
  gate->wait_until_reached();
  database.execute("DELETE FROM \"AuraAnalysis\"");
  insert("next");
  gate->open();
  worker.join();
  CHECK(count("completed") == "1");
  CHECK(database.value("SELECT state FROM aura.run WHERE job_id = 'held'") == "cancelled");
}

TEST_CASE_METHOD(Fixture, "worker: what a lost worker held is finished by another", "[tsan]") {
  insert("a");
  auto connection = database.connect();
  aura::queue::Queue queue(connection, table);
  const auto lost = queue.claim({.limit = 1, .worker_id = "lost", .lease = milliseconds(1)}).at(0);
  drain();
  CHECK(count("completed") == "1");
  CHECK(attempts("a") == "2");
  CHECK(queue.fail(lost.run_id, {"code", "late", false}) == aura::queue::Ending::kLost);
}

TEST_CASE_METHOD(Fixture,
                 "worker: a job that costs too many workers is told and counted as failed") {
  insert("a");
  auto connection = database.connect();
  aura::queue::Queue(connection, table)
      .claim({.limit = 1, .worker_id = "lost", .lease = milliseconds(1)});
  auto strict = settings();
  strict.max_crashes = 1;
  start(strict).join();
  CHECK(count("failed") == "1");
  CHECK(sink.str().find("failed attempt=1 run=") != std::string::npos);
  CHECK(sink.str().find("completed=0 retried=0 failed=1") != std::string::npos);
}

TEST_CASE_METHOD(Fixture,
                 "worker: a lease lives as long as the job, not as long as it was claimed for",
                 "[tsan]") {
  const auto gate = insert_held("held");
  auto worker = start(quick_beats());
  gate->wait_until_reached();
  const auto lease = [&] { return database.value("SELECT lease_until FROM aura.run"); };
  // Three beats are longer than the lease that the claim gave.
  for (int beats = 0; beats < 3; ++beats) {
    eventually("a beat", [&, before = lease()] { return lease() != before; });
  }
  gate->open();
  worker.join();
  CHECK(count("completed") == "1");
  CHECK(database.value("SELECT count(*) FROM aura.run") == "1");
}

TEST_CASE_METHOD(Fixture, "worker: a cancelled job is stopped while it waits for its download",
                 "[tsan]") {
  const auto gate = insert_held("held");
  auto worker = start(quick_beats());
  gate->wait_until_reached();
  auto connection = database.connect();
  CHECK(aura::queue::cancel_job(connection, table, "held"));
  worker.join();  // with the gate still shut
  gate->open();
  CHECK(count("failed") == "1");
  CHECK(error("held") == "cancelled");
}

TEST_CASE_METHOD(Fixture, "worker: a job without progress is given up as timed out") {
  const auto gate = insert_held("held");
  auto impatient = quick_beats();
  impatient.job_timeout = milliseconds(200);
  impatient.max_retries = 0;
  start(impatient).join();
  gate->open();
  CHECK(count("failed") == "1");
  CHECK(error("held") == "the analysis made no progress for too long");
}

TEST_CASE_METHOD(Fixture, "worker: an insert wakes one that would not look for an hour", "[tsan]") {
  auto asleep = settings();
  asleep.poll_interval = std::chrono::hours(1);
  auto worker = start(asleep, Until::kStopped);
  const auto wait_for = [&](const std::string& condition) {
    eventually(condition, [&] { return database.value("SELECT " + condition) == "t"; });
  };
  wait_for("EXISTS (SELECT FROM pg_trigger WHERE tgname = 'aura_wake')");
  wait_for(
      "EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query = "
      "'LISTEN aura_catalogue')");
  insert("a");
  wait_for("count(*) = 1 FROM \"AuraAnalysis\" WHERE \"status\" = 'completed'");
  stop.request_stop();
  worker.join();
}

TEST_CASE_METHOD(Fixture,
                 "worker: where old pictures can't be pruned it says so, and makes the index") {
  database.execute(
      "INSERT INTO aura.pictures VALUES ('a', '{}', now() - interval '1 year'); "
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN RAISE 'pictures stay'; END $$; "
      "CREATE TRIGGER refuse BEFORE DELETE ON aura.pictures FOR EACH ROW "
      "EXECUTE FUNCTION refuse()");
  auto worker = start(settings(), Until::kStopped);
  eventually("the index is there", [&] {
    return database.value(
               "SELECT bool_or(indisvalid) FROM pg_index JOIN pg_class ON oid = "
               "indexrelid WHERE relname = 'AuraAnalysis_aura_claim_idx'") == "t";
  });
  stop.request_stop();
  worker.join();
  CHECK(sink.str().find("old pictures can't be pruned: pictures stay") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "worker: draining ends with an error where claims are refused") {
  insert("a");
  database.execute("ALTER TABLE aura.gate DROP COLUMN crashes");
  CHECK_THROWS_AS(drain(), aura::postgres::DatabaseError);
  CHECK(count("queued") == "1");
}

TEST_CASE_METHOD(Fixture,
                 "worker: a host that asks to wait is waited for at no cost, though not for ever") {
  int asked = 0;
  const auto busy = aura::test::reply(503, "", "Retry-After: 0\r\n");
  server.handle("/busy.wav", [&](const aura::test::Request&) {
    return ++asked <= 3 ? busy : aura::test::ok(clip());
  });
  server.serve("/never.wav", busy);
  insert("busy", "/busy.wav");
  insert("never", "/never.wav");
  auto patient = settings();
  patient.max_retries = 0;
  patient.max_host_waits = 5;
  start(patient).join();
  CHECK(count("completed") == "1");
  CHECK(attempts("busy") == "1");
  CHECK(count("failed") == "1");
  CHECK(database.value("SELECT count(*) FROM aura.run WHERE job_id = 'never'") == "6");
}

TEST_CASE_METHOD(Fixture, "worker: a job that workers were lost with runs with none beside it") {
  const auto gate = insert_held("suspect");
  auto connection = database.connect();
  aura::queue::Queue queue(connection, table);
  queue.claim({.limit = 1, .worker_id = "lost", .lease = milliseconds(1)});
  eventually("the lease has ended",
             [&] { return !queue.rescue({.max_retries = 9, .max_crashes = 9}).empty(); });
  database.insert_job("young", server.url("/clip.wav"), -5);
  auto worker = start(settings());
  gate->wait_until_reached();
  CHECK(count("processing") == "1");
  CHECK(count("queued") == "1");
  gate->open();
  worker.join();
  CHECK(count("completed") == "2");
}

TEST_CASE_METHOD(Fixture, "worker: downloads go on while the threads work", "[tsan]") {
  // One thread, and a download that comes to an end only after the next job's: the next is not kept
  // waiting.
  const auto slow = insert_held("slow");
  insert("quick");
  auto one_thread = settings();
  one_thread.threads = 1;
  auto worker = start(one_thread);
  eventually("one job is completed", [&] { return count("completed") == "1"; });
  CHECK(database.value("SELECT \"id\" FROM \"AuraAnalysis\" WHERE \"status\" = 'completed'") ==
        "quick");
  slow->open();
  worker.join();
}

TEST_CASE_METHOD(Fixture, "worker: claims in turn where it is told to") {
  database.insert_job("a1", server.url("/clip.wav"), 30);
  database.insert_job("a2", server.url("/clip.wav"), 20);
  database.insert_job("b1", server.url("/clip.wav"), 10);
  database.execute("UPDATE \"AuraAnalysis\" SET \"userId\" = left(\"id\", 1)");
  auto fair = settings();
  fair.threads = 1;
  fair.claim_batch = 1;
  fair.database.fair_by_user = true;
  start(fair).join();
  CHECK(database.value("SELECT string_agg(job_id, ' ' ORDER BY id) FROM aura.run") == "a1 b1 a2");
}

TEST_CASE_METHOD(Fixture, "worker: without a jobs table, draining says how to get one") {
  database.execute("DROP TABLE \"AuraAnalysis\"");
  CHECK_THROWS_AS(drain(), aura::queue::NoQueueTable);
}
