#include "upkeep.h"

#include <catch2/catch.hpp>
#include <mutex>
#include <ostream>
#include <streambuf>
#include <string>

#include "aura/base/env.h"
#include "aura/test/background.h"
#include "aura/test/database.h"

namespace aura::worker {
namespace {

using Catch::Matchers::Contains;

/// What a log writes, for another thread to read meanwhile.
class Told : public std::streambuf {
 public:
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    const std::lock_guard lock(mutex_);
    text_.append(text, static_cast<std::size_t>(size));
    return size;
  }
  int_type overflow(int_type c) override {
    const char byte = traits_type::to_char_type(c);
    xsputn(&byte, 1);
    return c;
  }

  std::mutex mutex_;
  std::string text_;  // guarded by mutex_
};

struct Kept {
  test::TestDatabase database;
  queue::QueueTable table = database.with_schema_and_table();
  WorkerSettings settings =
      read_worker_settings(Env(Env::Values{{"DATABASE_URL", database.url()}}));
  Told told;
  std::ostream sink{&told};

  /// Runs upkeep until `is_done`, then tells it to stop and waits for its end.
  template <typename Condition>
  void look_after(const std::string& until, const Condition& is_done) {
    std::stop_source stop;
    metrics::Instruments instruments({{"version", "1"}}, 1);
    Upkeep upkeep(settings, table, instruments,
                  Log(LogLevel::kInfo, LogFormat::kText, "test", sink));
    test::Background running(
        "upkeep", [&] { upkeep.run(stop.get_token()); }, [&] { stop.request_stop(); });
    test::eventually(until, is_done);
    stop.request_stop();
    running.join();
  }
  /// The same until the log has been told `text`.
  void look_after_until_told(const std::string& text) {
    look_after(text, [&] { return told.text().find(text) != std::string::npos; });
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

TEST_CASE_METHOD(Kept, "upkeep: makes what helps on the jobs table, and says so") {
  look_after_until_told("made the index for claiming on public.\"AuraAnalysis\"");
  CHECK(has_index());
  CHECK_THAT(told.text(), Contains("made the trigger that wakes workers on ") &&
                              Contains("made the trigger that starts jobs anew on ") &&
                              Contains("made a fillfactor of 85 on "));
}

TEST_CASE_METHOD(Kept, "upkeep: mends what a migration of the web app has dropped, no more") {
  look_after("the index is there", [&] { return has_index(); });
  database.execute("DROP TRIGGER aura_wake ON public.\"AuraAnalysis\"");
  const auto before = told.text().size();
  look_after("the trigger is there again, and that is told", [&] {
    return told.text().find("made the trigger that wakes workers on ", before) != std::string::npos;
  });
  CHECK(count("pg_trigger WHERE tgname = 'aura_wake'") == 1);
  CHECK_THAT(told.text().substr(before), !Contains("fillfactor") && !Contains("index"));
}

TEST_CASE_METHOD(Kept, "upkeep: makes the index for turns only where claims go in turn") {
  look_after_until_told("made the index for claiming on ");
  CHECK_THAT(told.text(), !Contains("in turn"));
  settings.database.fair_by_user = true;
  look_after_until_told("made the index for claiming in turn on ");
}

TEST_CASE_METHOD(Kept, "upkeep: prunes all that is old, in batches, and nothing that is young") {
  insert_runs(2500, 31);
  insert_runs(3, 29);
  insert_pictures(250, 8);
  insert_pictures(3, 6);
  look_after_until_told("pruned old pictures jobs=250");
  CHECK_THAT(told.text(), Contains("pruned old runs runs=2500"));
  CHECK(count("aura.run") == 3);
  CHECK(count("aura.pictures") == 3);
}

TEST_CASE_METHOD(Kept,
                 "upkeep: prunes measurements that no job used, or that are too many, and "
                 "links of jobs that are gone") {
  const auto insert = [&](int parts, int days, const std::string& part, int first) {
    database.execute("INSERT INTO aura.measurement SELECT sha256(n::text::bytea), '" + part +
                     "', '1', to_json(repeat(md5(n::text), 100)), now(), now() - " +
                     std::to_string(days) + " * interval '1 day' FROM generate_series(" +
                     std::to_string(first) + ", " + std::to_string(first + parts - 1) + ") n");
  };
  insert(450, 91, "core", 1);
  insert(3, 8, "pictures", 1);
  insert(3, 89, "core", 1000);
  insert(3, 6, "pictures", 1000);
  database.insert_job("here");
  database.execute(
      "INSERT INTO aura.job_content SELECT unnest(ARRAY['here', 'gone']), sha256('1000'), 1, "
      "now(), "
      "false");
  look_after_until_told("pruned measurements that no job used parts=453");
  CHECK(count("aura.measurement") == 6);
  CHECK_THAT(told.text(), !Contains("CACHE_MAX_MB"));
  CHECK(database.value("SELECT string_agg(job_id, ' ') FROM aura.job_content") == "here");
  settings.cache.limits.max_bytes = 1;
  look_after_until_told("pruned measurements beyond CACHE_MAX_MB parts=6");
  CHECK(count("aura.measurement") == 0);
}

TEST_CASE_METHOD(Kept, "upkeep: what fails is told and keeps nothing else from being done") {
  insert_runs(3, 31);
  insert_pictures(3, 8);
  const std::string table_kept = GENERATE("aura.run", "aura.pictures");
  const bool keeps_runs = table_kept == "aura.run";
  refuse_deletes(table_kept);
  look_after_until_told("made the index for claiming on ");
  CHECK_THAT(told.text(), Contains(keeps_runs ? "old runs can't be pruned: these stay"
                                              : "old pictures can't be pruned: these stay"));
  CHECK(count("aura.run") == (keeps_runs ? 3 : 0));
  CHECK(count("aura.pictures") == (keeps_runs ? 0 : 3));
}

TEST_CASE_METHOD(Kept,
                 "upkeep: a role that may not make what helps is told what to do, and prunes") {
  insert_runs(3, 31);
  const test::Role role(database);
  database.execute("GRANT SELECT, UPDATE ON public.\"AuraAnalysis\" TO " + role.name());
  database.execute("GRANT USAGE ON SCHEMA aura TO " + role.name());
  database.execute("GRANT ALL ON ALL TABLES IN SCHEMA aura TO " + role.name());
  settings.database.url = settings.database.direct_url = postgres::parse_database_url(role.url());
  look_after_until_told("may not make the index for claiming on public.\"AuraAnalysis\" (");
  CHECK_THAT(told.text(), Contains("run aura migrate as the table's owner"));
  CHECK(count("aura.run") == 0);
  CHECK(!has_index());
}

TEST_CASE_METHOD(Kept, "upkeep: a stop breaks off an index that has to wait for somebody") {
  {
    const test::OpenTransaction reader(database, "SELECT count(*) FROM public.\"AuraAnalysis\"",
                                       "REPEATABLE READ");
    look_after("the index is begun", [&] {
      return !database.value("SELECT to_regclass('public.\"AuraAnalysis_aura_claim_idx\"')")
                  .empty();
    });
    CHECK(!has_index());
  }
  look_after("the index is whole", [&] { return has_index(); });
}

TEST_CASE_METHOD(Kept, "upkeep: without a database it says so, and ends when it is told to") {
  settings.database.url = postgres::parse_database_url("postgresql://u:secret@127.0.0.1:1/d");
  look_after_until_told("what helps on the jobs table can't be looked after: ");
  CHECK_THAT(told.text(), Contains("old runs can't be pruned: ") && !Contains("secret"));
}

}  // namespace aura::worker
