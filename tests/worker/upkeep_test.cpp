#include "upkeep.h"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "aura/base/env.h"
#include "aura/test/background.h"
#include "aura/test/database.h"

namespace aura::worker {
namespace {

using Catch::Matchers::Contains;

struct Kept {
  test::TestDatabase database;
  queue::QueueTable table = database.with_schema_and_table();
  WorkerSettings settings =
      read_worker_settings(Env(Env::Values{{"DATABASE_URL", database.url()}}));
  std::ostringstream sink;
  std::stop_source stop;

  Log log() { return {LogLevel::kInfo, LogFormat::kText, "test", sink}; }
  /// Looks after all once, in the background, and goes on when told to stop.
  test::Background start(Upkeep& upkeep) {
    return {"upkeep", [&] { upkeep.run(stop.get_token()); }, [this] { stop.request_stop(); }};
  }
  /// Looks after all once, until `is_done`.
  template <typename Condition>
  void look_after(const std::string& what, const Condition& is_done) {
    Upkeep upkeep(settings, table, log());
    auto running = start(upkeep);
    test::eventually(what, is_done);
    stop.request_stop();
    running.join();
    stop = {};
  }
  bool has_index() {
    return database.value(
               "SELECT bool_or(indisvalid) FROM pg_index JOIN pg_class ON oid = "
               "indexrelid WHERE relname = 'AuraAnalysis_aura_claim_idx'") == "t";
  }
  int count(const std::string& rows) {
    return std::stoi(database.value("SELECT count(*) FROM " + rows));
  }
  /// Ended runs of `days` ago.
  void insert_runs(int runs, int days) {
    database.execute(
        "INSERT INTO aura.run (job_id, worker_id, attempt, state, lease_until, started_at, "
        "ended_at) SELECT 'old' || n, 'w', 1, 'completed', now(), now(), now() - " +
        std::to_string(days) + " * interval '1 day' FROM generate_series(1, " +
        std::to_string(runs) + ") n");
  }
  void insert_pictures(int pictures, int days) {
    database.execute("INSERT INTO aura.pictures SELECT '" + std::to_string(days) +
                     " days ' || n, '{}', now() - " + std::to_string(days) +
                     " * interval '1 day' FROM generate_series(1, " + std::to_string(pictures) +
                     ") n");
  }
  void refuse_deletes(const std::string& from) {
    database.execute(
        "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE 'these stay'; END $$; "
        "CREATE TRIGGER refuse BEFORE DELETE ON " +
        from + " FOR EACH ROW EXECUTE FUNCTION public.refuse()");
  }
};

}  // namespace

TEST_CASE_METHOD(Kept, "upkeep: makes what helps on the jobs table, and says so once") {
  look_after("the index is there", [&] { return has_index(); });
  CHECK_THAT(sink.str(), Contains("made the trigger that wakes workers on ") &&
                             Contains("made a fillfactor of 85 on ") &&
                             Contains("made the index for claiming on "));
  sink.str("");
  look_after("nothing to do", [] { return true; });
  CHECK(sink.str().empty());
}

TEST_CASE_METHOD(Kept, "upkeep: makes the index for turns only where claims go in turn") {
  const auto has_it = [&] {
    return !database.value("SELECT to_regclass('public.\"AuraAnalysis_aura_turn_idx\"')").empty();
  };
  look_after("the index is there", [&] { return has_index(); });
  CHECK(!has_it());
  settings.database.fair_by_user = true;
  look_after("the index for turns is there", has_it);
}

TEST_CASE_METHOD(Kept, "upkeep: prunes all that is old, in batches, and nothing that is young") {
  insert_runs(2500, 31);
  insert_runs(3, 29);
  insert_pictures(250, 8);
  insert_pictures(3, 6);
  look_after("the old ones are gone",
             [&] { return count("aura.run") == 3 && count("aura.pictures") == 3 && has_index(); });
  CHECK_THAT(sink.str(),
             Contains("pruned old runs runs=2500") && Contains("pruned old pictures jobs=250"));
}

TEST_CASE_METHOD(Kept, "upkeep: what fails is told and keeps nothing else from being done") {
  insert_runs(3, 31);
  insert_pictures(3, 8);
  SECTION("runs") {
    refuse_deletes("aura.run");
    look_after("the rest is done", [&] { return count("aura.pictures") == 0 && has_index(); });
    CHECK_THAT(sink.str(), Contains("old runs can't be pruned: these stay"));
    CHECK(count("aura.run") == 3);
  }
  SECTION("pictures") {
    refuse_deletes("aura.pictures");
    look_after("the rest is done", [&] { return count("aura.run") == 0 && has_index(); });
    CHECK_THAT(sink.str(), Contains("old pictures can't be pruned: these stay"));
    CHECK(count("aura.pictures") == 3);
  }
}

TEST_CASE_METHOD(Kept, "upkeep: a role that may not make them is told what to run, and prunes") {
  insert_runs(3, 31);
  const test::Role role(database);
  database.execute("GRANT SELECT, UPDATE ON public.\"AuraAnalysis\" TO " + role.name());
  database.execute("GRANT USAGE ON SCHEMA aura TO " + role.name());
  database.execute("GRANT ALL ON ALL TABLES IN SCHEMA aura TO " + role.name());
  settings.database.url = queue::parse_database_url(role.url());
  Upkeep upkeep(settings, table, log());
  auto running = start(upkeep);
  test::eventually("the old runs are gone", [&] { return count("aura.run") == 0; });
  stop.request_stop();
  running.join();
  CHECK_THAT(sink.str(), Contains("pruned old runs runs=3"));
  CHECK(!has_index());
}

TEST_CASE_METHOD(Kept, "upkeep: a stop breaks off an index that has to wait for somebody") {
  Upkeep upkeep(settings, table, log());
  {
    const test::OpenTransaction reader(database, "SELECT count(*) FROM public.\"AuraAnalysis\"",
                                       "REPEATABLE READ");
    auto running = start(upkeep);
    test::eventually("the index is begun", [&] {
      return !database.value("SELECT to_regclass('public.\"AuraAnalysis_aura_claim_idx\"')")
                  .empty();
    });
    stop.request_stop();
    running.join();
    CHECK(!has_index());
  }
  stop = {};
  look_after("the index is whole", [&] { return has_index(); });
}

TEST_CASE_METHOD(Kept, "upkeep: without a database it says so and ends when told to") {
  settings.database.url = queue::parse_database_url("postgresql://u:secret@127.0.0.1:1/d");
  Upkeep upkeep(settings, table, log());
  auto running = start(upkeep);
  stop.request_stop();
  running.join();
  CHECK_THAT(sink.str(), !Contains("secret"));
}

}  // namespace aura::worker
