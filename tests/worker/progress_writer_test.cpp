#include "progress_writer.h"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <thread>

#include "aura/base/env.h"
#include "aura/test/database.h"
#include "aura/test/eventually.h"

namespace aura::worker {
namespace {

using test::eventually;

struct Writing {
  test::TestDatabase database;
  queue::QueueTable table = database.with_schema_and_table();
  postgres::Connection connection = database.connect();
  queue::Queue queue{connection, table};
  WorkerSettings settings =
      read_worker_settings(Env(Env::Values{{"DATABASE_URL", database.url()}}));
  std::ostringstream sink;
  RunningJobs running;
  metrics::Instruments instruments{{{"version", "1"}}, 1};
  ProgressWriter writer{settings, table, running, instruments,
                        Log(LogLevel::kInfo, LogFormat::kText, "test", sink)};

  Writing() {
    database.execute(
        "CREATE TABLE public.shown (percent int); "
        "CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO public.shown VALUES (NEW.\"progress\"); RETURN NEW; END $$; "
        "CREATE TRIGGER note AFTER UPDATE OF \"progress\" ON public.\"AuraAnalysis\" FOR EACH ROW "
        "WHEN (NEW.\"progress\" > 0) EXECUTE FUNCTION public.note()");
  }
  std::int64_t claim(const std::string& id) {
    database.insert_job(id);
    return queue.claim({.limit = 1, .worker_id = "w"}).at(0).run_id;
  }
  std::string shown() {
    return database.value("SELECT string_agg(percent::text, ' ') FROM public.shown");
  }
  std::jthread start() {
    return std::jthread([this](const std::stop_token& stop) { writer.run(stop); });
  }
};

}  // namespace

TEST_CASE_METHOD(Writing, "progress writer: what was overtaken or has ended is not written",
                 "[tsan]") {
  const auto run = claim("a");
  const auto ended = claim("b");
  writer.report(run, 10);
  writer.report(ended, 10);
  writer.report(run, 30);
  writer.forget(ended);
  const auto writing = start();
  eventually("30 % is shown", [&] { return shown() == "30"; });
  writer.report(run, 40);
  eventually("40 % is shown", [&] { return shown() == "30 40"; });
  CHECK(instruments.refused_writes() == 0);
}

TEST_CASE_METHOD(Writing, "progress writer: a run that was lost is told to stop, and counted",
                 "[tsan]") {
  const auto lost = claim("a");
  const auto stop = running.begin(lost);
  queue.fail(lost, {"code", "message", false});
  writer.report(lost, 10);
  const auto writing = start();
  eventually("the run is told to stop", [&] { return stop.stop_requested(); });
  CHECK(running.stop_reason(lost) == StopReason::kLost);
  eventually("the refusal is counted", [&] { return instruments.refused_writes() == 1; });
  CHECK(shown().empty());
}

TEST_CASE_METHOD(Writing, "progress writer: who reports waits for nobody, not even the database") {
  const auto run = claim("a");
  const auto writing = start();
  const test::OpenTransaction lock(database,
                                   "LOCK TABLE public.\"AuraAnalysis\" IN ACCESS EXCLUSIVE MODE");
  for (int percent = 10; percent <= 90; percent += 10) writer.report(run, percent);
}

}  // namespace aura::worker
