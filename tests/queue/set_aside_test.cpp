#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "aura/queue/operations.h"
#include "aura/queue/queue.h"
#include "fixture.h"

namespace aura::queue {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

/// A way for a row to refuse what a worker writes.
struct Refusal {
  const char* name;
  std::string setup;   ///< of the table
  std::string spoil;   ///< makes the row with the id %ID% refuse
  std::string said{};  ///< part of the reason that is told
  std::string mend{};  ///< takes it back
};

std::vector<Refusal> refusals() {
  const auto trigger = [](const std::string& body) {
    return "CREATE TABLE public.bad (id text); CREATE FUNCTION public.guard() RETURNS trigger "
           "LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM public.bad b WHERE b.id = NEW.id) "
           "THEN " +
           body +
           " END IF; RETURN NEW; END $$; CREATE TRIGGER guard BEFORE UPDATE ON "
           "public.\"AuraAnalysis\" FOR EACH ROW EXECUTE FUNCTION public.guard()";
  };
  const std::string spoil = "INSERT INTO public.bad VALUES ('%ID%')";
  const std::string mend = "DELETE FROM public.bad";
  return {
      {"a check added later", "SELECT 1",
       "ALTER TABLE public.\"AuraAnalysis\" DROP CONSTRAINT IF EXISTS title_given; "
       "UPDATE public.\"AuraAnalysis\" SET \"trackTitle\" = '' WHERE \"id\" = '%ID%'; "
       "ALTER TABLE public.\"AuraAnalysis\" ADD CONSTRAINT title_given CHECK (\"trackTitle\" <> "
       "'') "
       "NOT VALID",
       "title_given", "ALTER TABLE public.\"AuraAnalysis\" DROP CONSTRAINT title_given"},
      {"a trigger that raises", trigger("RAISE EXCEPTION 'account closed';"), spoil,
       "account closed", mend},
      {"a trigger that raises with a class of its own",
       trigger("RAISE EXCEPTION 'no' USING ERRCODE = 'insufficient_privilege';"), spoil, "no",
       mend},
      {"a trigger that breaks another's key",
       "CREATE TABLE public.audit (id text PRIMARY KEY); INSERT INTO public.audit VALUES ('x'); " +
           trigger("INSERT INTO public.audit VALUES ('x');"),
       spoil, "audit_pkey", mend},
      {"a trigger with a fault", trigger("NEW.\"progress\" = 1 / 0;"), spoil, "division by zero",
       mend},
      {"a trigger that raises at the end of the transaction",
       "CREATE TABLE public.bad (id text); CREATE FUNCTION public.guard() RETURNS trigger LANGUAGE "
       "plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM public.bad b WHERE b.id = NEW.id) THEN RAISE "
       "'not now'; END IF; RETURN NULL; END $$; CREATE CONSTRAINT TRIGGER guard AFTER UPDATE ON "
       "public.\"AuraAnalysis\" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "
       "public.guard()",
       spoil, "not now", mend},
      {"a trigger that keeps the row as it is", trigger("RETURN NULL;"), spoil, "no effect", mend},
      {"a trigger that looks for what isn't there", trigger("PERFORM no_such_function();"), spoil,
       "no_such_function", mend},
  };
}

struct WithRefusal : Fixture {
  explicit WithRefusal(Refusal how) : refusal(std::move(how)) { database.execute(refusal.setup); }

  void spoil(const std::string& id) {
    auto sql = refusal.spoil;
    for (auto at = sql.find("%ID%"); at != std::string::npos; at = sql.find("%ID%"))
      sql.replace(at, 4, id);
    database.execute(sql);
  }
  /// Three jobs, the oldest of which is bad.
  void insert_jobs() {
    database.insert_job("bad", "http://h/", 30);
    database.insert_job("good1", "http://h/", 20);
    database.insert_job("good2", "http://h/", 10);
  }
  void check_told(const std::string& statement) {
    const auto told = queue.take_set_aside();
    REQUIRE(told.size() == 1);
    CHECK(told[0].job_id == "bad");
    CHECK(told[0].statement == statement);
    CHECK_THAT(told[0].reason, Catch::Matchers::Contains(refusal.said));
    CHECK(database.value("SELECT job_id FROM aura.set_aside") == "bad");
    CHECK(queue.take_set_aside().empty());
  }
  std::string ids(const std::vector<ClaimedJob>& jobs) {
    std::string text;
    for (const auto& job : jobs) text += (text.empty() ? "" : " ") + job.job.id;
    return text;
  }
  std::int64_t run_of(const std::string& id) {
    return std::stoll(database.value("SELECT max(id) FROM aura.run WHERE job_id = '" + id + "'"));
  }
  void make_due() {
    database.execute(
        "UPDATE aura.gate SET not_before = now(); UPDATE aura.set_aside SET next_try = now()");
  }

  Refusal refusal;
};

}  // namespace

TEST_CASE("set aside: a claim goes on without a row that refuses it, whatever the reason") {
  for (const auto& refusal : refusals()) {
    for (const bool in_turn : {false, true}) {
      for (const int limit : {1, 3}) {
        DYNAMIC_SECTION(refusal.name << (in_turn ? ", in turn" : "") << ", " << limit) {
          WithRefusal it(refusal);
          it.insert_jobs();
          it.spoil("bad");
          std::string got;
          for (int claims = 0; claims < 3; ++claims)
            got += it.ids(it.queue.claim({.limit = limit, .worker_id = "w", .in_turn = in_turn})) +
                   " ";
          CHECK_THAT(got, Catch::Matchers::Contains("good1") &&
                              Catch::Matchers::Contains("good2") &&
                              !Catch::Matchers::Contains("bad"));
          it.check_told("claim");
          CHECK(it.column("status", "bad") == "queued");
          // Its wait grows, and once it is mended it is a job like any other.
          it.make_due();
          CHECK(it.claim(1).empty());
          CHECK(it.queue.take_set_aside().at(0).tries == 2);
          CHECK(it.database.value(
                    "SELECT next_try > now() + interval '15 seconds' FROM aura.set_aside") == "t");
          it.database.execute(it.refusal.mend);
          it.make_due();
          CHECK(it.ids(it.claim(1)) == "bad");
          CHECK(it.database.value("SELECT count(*) FROM aura.set_aside") == "0");
        }
      }
    }
  }
}

TEST_CASE("set aside: a job that runs alone and whose row refuses that keeps no other") {
  WithRefusal it(refusals().at(1));
  it.insert_jobs();
  it.database.execute("INSERT INTO aura.gate (job_id, attempts, crashes) VALUES ('bad', 1, 1)");
  it.spoil("bad");
  CHECK(it.claim(3).empty());
  it.check_told("claim");
  CHECK(it.ids(it.claim(3)) == "good1 good2");
}

TEST_CASE("set aside: a rescue goes on without a row that refuses it") {
  for (const auto& refusal : refusals()) {
    DYNAMIC_SECTION(refusal.name) {
      WithRefusal it(refusal);
      it.insert_jobs();
      it.claim(3);
      it.database.execute("UPDATE aura.run SET lease_until = now() - interval '1 minute'");
      it.spoil("bad");
      CHECK(it.queue.rescue({.max_retries = 9, .max_crashes = 9}).size() == 2);
      it.check_told("rescue");
      CHECK(it.column("status", "bad") == "processing");
      CHECK(it.column("status", "good1") == "queued");
      CHECK(it.queue.rescue({.max_retries = 9, .max_crashes = 9}).empty());
      CHECK(it.queue.take_set_aside().empty());
      it.database.execute(it.refusal.mend +
                          "; UPDATE aura.run SET lease_until = now() - interval '1 minute'");
      CHECK(it.queue.rescue({.max_retries = 9, .max_crashes = 9}).at(0).crashes == 1);
      CHECK(it.column("status", "bad") == "queued");
      CHECK(it.database.value("SELECT count(*) FROM aura.set_aside") == "0");
    }
  }
}

TEST_CASE("set aside: a release goes on without a row that refuses it") {
  for (const auto& refusal : refusals()) {
    DYNAMIC_SECTION(refusal.name) {
      WithRefusal it(refusal);
      it.insert_jobs();
      it.claim(3);
      it.spoil("bad");
      const auto released =
          it.queue.release({it.run_of("bad"), it.run_of("good1"), it.run_of("good2")});
      CHECK(released == std::vector{it.run_of("good1"), it.run_of("good2")});
      it.check_told("release");
      CHECK(it.column("status", "good2") == "queued");
    }
  }
}

TEST_CASE("set aside: progress is shown of all but a row that refuses it, which goes on") {
  for (const auto& refusal : refusals()) {
    DYNAMIC_SECTION(refusal.name) {
      WithRefusal it(refusal);
      it.insert_jobs();
      it.claim(3);
      it.spoil("bad");
      const auto run = [&](const char* id) { return it.run_of(id); };
      CHECK(it.queue.report_progress({{run("bad"), 50}, {run("good1"), 50}, {run("good2"), 50}})
                .size() == 3);
      CHECK(it.column("progress", "bad") == "0");
      CHECK(it.column("progress", "good1") == "50");
    }
  }
}

TEST_CASE("set aside: all that failed are queued again but for a row that refuses that") {
  for (const auto& refusal : refusals()) {
    DYNAMIC_SECTION(refusal.name) {
      WithRefusal it(refusal);
      it.insert_jobs();
      it.database.execute("UPDATE \"AuraAnalysis\" SET \"status\" = 'failed'");
      it.spoil("bad");
      const auto retried = retry_failed_jobs(it.connection, it.table);
      CHECK(retried.job_ids.size() == 2);
      REQUIRE(retried.refused.size() == 1);
      CHECK(retried.refused[0].job_id == "bad");
      CHECK_THAT(retried.refused[0].reason, Catch::Matchers::Contains(refusal.said));
      CHECK(it.column("status", "good1") == "queued");
    }
  }
}

TEST_CASE_METHOD(
    Fixture, "set aside: a statement that no row can do is an error, and nothing is set aside") {
  database.insert_job("a");
  database.insert_job("b");
  database.execute(
      "CREATE FUNCTION public.guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
      "no_such_function(); RETURN NEW; END $$; CREATE TRIGGER guard BEFORE UPDATE ON "
      "public.\"AuraAnalysis\" FOR EACH ROW EXECUTE FUNCTION public.guard()");
  CHECK_THROWS_AS(claim(2), postgres::DatabaseError);
  CHECK(database.value("SELECT count(*) FROM aura.set_aside") == "0");
}

TEST_CASE_METHOD(
    Fixture, "set aside: what refuses work keeps no drain waiting, and is forgotten with its row") {
  database.insert_job("a");
  database.execute("ALTER TABLE \"AuraAnalysis\" ADD CHECK (\"status\" <> 'processing')");
  CHECK(queue.has_work());
  CHECK(claim(1).empty());
  CHECK(!queue.has_work());
  database.execute("DELETE FROM \"AuraAnalysis\"");
  queue.forget_ended();
  CHECK(database.value("SELECT count(*) FROM aura.set_aside") == "0");
  CHECK(gates() == "0");
}

TEST_CASE("set aside: rows that lack something") {
  const auto nullable = [](Fixture& it, const std::string& column) {
    it.database.execute("ALTER TABLE \"AuraAnalysis\" ALTER \"" + column + "\" DROP NOT NULL");
    it.table = find_queue_table(it.connection, std::nullopt);
  };
  const auto lack = [](Fixture& it, const std::string& column) {
    it.database.insert_job("lacking");
    it.database.execute("UPDATE \"AuraAnalysis\" SET \"" + column +
                        "\" = NULL WHERE \"id\" = 'lacking'");
  };
  for (const bool in_turn : {false, true}) {
    DYNAMIC_SECTION((in_turn ? "in turn" : "the oldest first")) {
      Fixture it;
      const auto ids = [&](int limit) {
        Queue queue(it.connection, it.table);
        std::string text;
        for (const auto& job : queue.claim({.limit = limit, .worker_id = "w", .in_turn = in_turn}))
          text += (text.empty() ? "" : " ") + job.job.id;
        const auto told = queue.take_set_aside();
        for (const auto& row : told) text += " [" + row.job_id + ": " + row.reason + "]";
        return text;
      };
      it.database.insert_job("old", "http://h/", 100);
      SECTION("the time of submission: it counts as the oldest") {
        nullable(it, "createdAt");
        lack(it, "createdAt");
        CHECK(ids(1) == "lacking");
        CHECK(ids(2) == "old");
      }
      SECTION("the user: it is one of its own") {
        nullable(it, "userId");
        it.database.insert_job("older", "http://h/", 200);
        lack(it, "userId");
        CHECK(ids(3) == "older old lacking");
        if (in_turn) CHECK(it.database.value("SELECT count(*) FROM aura.turn") == "2");
      }
      SECTION("the jobId: it is set aside") {
        nullable(it, "jobId");
        lack(it, "jobId");
        CHECK(ids(3) == "old [lacking: the row has no jobId]");
        CHECK(ids(3) == "");
      }
      SECTION("the URL: it is claimed, and will fail") {
        nullable(it, "audioUrl");
        lack(it, "audioUrl");
        CHECK(ids(3).find("lacking") != std::string::npos);
      }
    }
  }
}

TEST_CASE("set aside: bytes that can't be decoded keep no other row") {
  Fixture it("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
  it.database.insert_job("good", "http://h/", 10);
  it.database.insert_job("url", "http://h/", 20);
  it.database.insert_job("name", "http://h/", 30);
  it.database.execute(R"(UPDATE "AuraAnalysis" SET "jobId" = E'\xff' WHERE "id" = 'name')");
  it.database.execute(
      R"(UPDATE "AuraAnalysis" SET "audioUrl" = E'http://h/\xff' WHERE "id" = 'url')");
  const auto jobs = it.claim(3);
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].job.id == "url");
  CHECK_THAT(jobs[0].job.unreadable.value_or(""),
             Catch::Matchers::Contains("invalid byte sequence"));
  CHECK(jobs[1].job.audio_url == "http://h/");
  CHECK(!jobs[1].job.unreadable);
  CHECK(it.queue.take_set_aside().size() == 1);
  CHECK(it.database.value("SELECT job_id FROM aura.set_aside") == "name");
}

}  // namespace aura::queue
