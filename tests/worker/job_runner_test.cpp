#include <catch2/catch.hpp>
#include <string>

#include "aura/queue/queue.h"
#include "fixture.h"

namespace aura::worker {
namespace {

using Catch::Matchers::Contains;

std::string code(Fixture& it) {
  return it.database.value("SELECT error->>'code' FROM aura.run ORDER BY id DESC LIMIT 1");
}

}  // namespace

TEST_CASE_METHOD(Fixture, "job runner: a result that the row refuses fails the job, and says so") {
  insert("a");
  SECTION("a column too narrow") {
    database.execute("ALTER TABLE \"AuraAnalysis\" ALTER \"fullReport\" TYPE varchar(10)");
  }
  SECTION("a column of another type") {
    database.execute("ALTER TABLE \"AuraAnalysis\" ALTER \"recommendations\" TYPE integer USING 0");
  }
  SECTION("a check") {
    database.execute("ALTER TABLE \"AuraAnalysis\" ADD CHECK (\"hitFactor\" < 1)");
  }
  SECTION("a trigger") {
    database.execute(
        "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'over "
        "quota'; END $$; CREATE TRIGGER refuse BEFORE UPDATE ON public.\"AuraAnalysis\" FOR EACH "
        "ROW WHEN (NEW.\"status\" = 'completed') EXECUTE FUNCTION public.refuse()");
  }
  drain();
  CHECK(count("failed") == "1");
  CHECK_THAT(error("a"), Contains("the database refuses the result"));
  CHECK(code(*this) == "result_refused");
  CHECK(attempts("a") == "1");
}

TEST_CASE_METHOD(Fixture, "job runner: texts are cut to the columns that hold them") {
  insert("a");
  database.execute("ALTER TABLE \"AuraAnalysis\" ALTER \"modelVersion\" TYPE varchar(4)");
  drain();
  CHECK(count("completed") == "1");
  CHECK(database.value("SELECT \"modelVersion\" FROM \"AuraAnalysis\"") == "AURA");
}

TEST_CASE_METHOD(Fixture, "job runner: a failure that the row refuses is one all the same") {
  insert("missing", "/nothing.wav");
  insert("good");
  SECTION("a text too long") {
    database.execute("ALTER TABLE \"AuraAnalysis\" ALTER \"errorMessage\" TYPE varchar(20)");
    drain();
    CHECK(count("failed") == "1");
    CHECK(error("missing").size() == 20);
  }
  SECTION("any text but short ones") {
    database.execute("ALTER TABLE \"AuraAnalysis\" ADD CHECK (length(\"errorMessage\") < 25)");
    drain();
    CHECK(count("failed") == "1");
    CHECK(error("missing") == "the analysis failed");
  }
  for (const std::string body : {"RAISE 'never fails';", "RETURN NULL;"}) {
    DYNAMIC_SECTION("failing at all: " << body) {
      database.execute(
          "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + body +
          " END $$; CREATE TRIGGER refuse BEFORE UPDATE ON public.\"AuraAnalysis\" FOR EACH ROW "
          "WHEN (NEW.\"status\" = 'failed') EXECUTE FUNCTION public.refuse()");
      drain();
      CHECK(count("processing") == "1");
      const auto refused = database.value("SELECT statement || ': ' || reason FROM aura.set_aside");
      CHECK_THAT(refused, Contains("fail: never fails") || Contains("fail: the update has no"));
      auto connection = database.connect();
      queue::Queue queue(connection, table);
      const auto write = [&] {
        database.execute("UPDATE aura.set_aside SET next_try = now()");
        queue.write_stranded();
      };
      write();
      CHECK(database.value("SELECT tries || ' ' || reason FROM aura.set_aside") ==
            "2 " + refused.substr(refused.find(' ') + 1));
      // Written once it can be.
      database.execute("DROP TRIGGER refuse ON public.\"AuraAnalysis\"");
      write();
      CHECK(count("failed") == "1");
      CHECK_THAT(error("missing"), Contains("404"));
      CHECK(database.value("SELECT count(*) FROM aura.set_aside") == "0");
    }
  }
  CHECK(count("completed") == "1");
  CHECK(database.value("SELECT error->>'code' FROM aura.run WHERE job_id = 'missing'") ==
        "http_404");
  CHECK(attempts("missing") == "1");
}

}  // namespace aura::worker
