#include "aura/queue/doctor.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "aura/queue/aids.h"
#include "fixture.h"

namespace aura::queue {
namespace {

struct Patient : Fixture {
  /// What is not fine, a line each: "check: found → mend".
  std::string complaints(const std::string& url) {
    Examined examined{.url = postgres::parse_database_url(url),
                      .direct_url = postgres::parse_database_url(url),
                      .table = std::nullopt,
                      .in_turn = true,
                      .connections = 2};
    std::string text;
    worst = Verdict::kFine;
    for (const auto& finding : examine(examined)) {
      worst = std::max(worst, finding.verdict);
      CHECK((finding.verdict == Verdict::kFine) == finding.mend.empty());
      if (finding.verdict != Verdict::kFine)
        text += finding.check + ": " + finding.found + " → " + finding.mend + "\n";
    }
    return text;
  }
  std::string complaints() { return complaints(database.url()); }

  Verdict worst = Verdict::kFine;
};

using Catch::Matchers::Contains;

}  // namespace

TEST_CASE_METHOD(Patient, "doctor: finds nothing wrong with a database that is ready") {
  ensure_aids(connection, table, true);
  CHECK(complaints().empty());
}

TEST_CASE_METHOD(Patient, "doctor: a schema that needs a newer release refuses this one") {
  database.execute(
      "INSERT INTO aura.migration (number, name) VALUES (9001, '9001_renames'); "
      "INSERT INTO aura.migration_need VALUES (9001, '0.0.1')");
  CHECK_THAT(complaints(), !Contains("9001_renames"));
  database.execute("UPDATE aura.migration_need SET release = '99.0.0' WHERE number = 9001");
  CHECK_THAT(complaints(), Contains("9001_renames") && Contains("install aura 99.0.0 or later"));
  CHECK(worst == Verdict::kBroken);
}

TEST_CASE_METHOD(Patient, "doctor: what is only missing makes a worker slower") {
  const auto text = complaints();
  CHECK_THAT(text, Contains("the trigger that wakes workers is missing") &&
                       Contains("the trigger that starts jobs anew is missing") &&
                       Contains("the index for claiming is missing") &&
                       Contains("the index for claiming in turn is missing") &&
                       Contains("aura migrate"));
  CHECK(worst == Verdict::kSlower);
}

TEST_CASE_METHOD(Patient, "doctor: says which rights a role lacks, and who can give them") {
  const test::Role role(database);
  CHECK_THAT(complaints(role.url()),
             Contains("GRANT SELECT, UPDATE ON public.\"AuraAnalysis\" TO " + role.name()) &&
                 Contains("ALTER SCHEMA aura OWNER TO " + role.name()));
  CHECK(worst == Verdict::kBroken);
  database.execute("GRANT SELECT, UPDATE ON public.\"AuraAnalysis\" TO " + role.name());
  database.execute("GRANT USAGE ON SCHEMA aura TO " + role.name());
  database.execute("GRANT ALL ON ALL TABLES IN SCHEMA aura TO " + role.name());
  CHECK_THAT(complaints(role.url()), !Contains("GRANT") && Contains("run aura migrate as aura"));
  CHECK(worst == Verdict::kSlower);
}

TEST_CASE_METHOD(Patient,
                 "doctor: a role that may not create schema aura is told what to ask for") {
  database.execute("DROP SCHEMA aura CASCADE");
  const test::Role role(database);
  CHECK_THAT(complaints(role.url()), Contains("GRANT CREATE ON DATABASE"));
  CHECK(worst == Verdict::kBroken);
}

TEST_CASE_METHOD(Patient, "doctor: sees a disabled trigger") {
  ensure_aids(connection, table, true);
  database.execute("ALTER TABLE public.\"AuraAnalysis\" DISABLE TRIGGER aura_wake");
  CHECK_THAT(complaints(), Contains("ENABLE TRIGGER aura_wake"));
  CHECK(worst == Verdict::kSlower);
}

TEST_CASE_METHOD(Patient, "doctor: a type that works is no complaint, one that doesn't is") {
  ensure_aids(connection, table, true);
  database.insert_job("a");
  database.execute("ALTER TABLE public.\"AuraAnalysis\" ALTER \"hitFactor\" TYPE integer");
  CHECK(complaints().empty());
  database.execute(
      "ALTER TABLE public.\"AuraAnalysis\" ALTER \"createdAt\" DROP DEFAULT, ALTER "
      "\"createdAt\" TYPE text");
  CHECK_THAT(complaints(), Contains("shape: aura status and the page can't show a job: "));
  CHECK(worst == Verdict::kSlower);
  database.execute(
      "ALTER TABLE public.\"AuraAnalysis\" ALTER \"progress\" DROP DEFAULT, ALTER \"progress\" "
      "TYPE boolean USING false");
  CHECK_THAT(complaints(), Contains("shape: the server refuses to claim: "));
  CHECK(worst == Verdict::kBroken);
}

TEST_CASE_METHOD(Patient, "doctor: tries writes on a row that is there, and changes nothing") {
  ensure_aids(connection, table, true);
  const std::string status = GENERATE("queued", "processing", "completed", "failed");
  database.insert_job("a");
  database.execute("UPDATE public.\"AuraAnalysis\" SET \"status\" = '" + status + "'");
  const auto everything = [&] {
    return database.value(
        "SELECT (SELECT jsonb_agg(to_jsonb(j) || to_jsonb(j.xmin::text)) FROM "
        "public.\"AuraAnalysis\" j)::text || (SELECT count(*) FROM aura.run) || (SELECT count(*) "
        "FROM aura.gate) || (SELECT coalesce(last_value, 0) FROM pg_sequences WHERE sequencename = "
        "'run_id_seq')");
  };
  const auto examine = [&] {
    const auto before = everything();
    auto text = complaints();
    CHECK(everything() == before);
    return text;
  };
  CHECK_THAT(examine(), !Contains("writes: "));
  database.execute("ALTER TABLE public.\"AuraAnalysis\" ALTER \"fullReport\" TYPE varchar(5)");
  CHECK_THAT(examine(), Contains("writes: job a can't become completed: value too long"));
  CHECK(worst == Verdict::kBroken);
  database.execute("ALTER TABLE public.\"AuraAnalysis\" ALTER \"fullReport\" TYPE text");
  database.execute("ALTER TABLE public.\"AuraAnalysis\" ADD CHECK (length(\"errorMessage\") < 50)");
  CHECK_THAT(examine(), Contains("writes: failed jobs won't say why"));
  CHECK(worst == Verdict::kSlower);
}

TEST_CASE_METHOD(Patient, "doctor: one row that refuses is told, but breaks nothing") {
  ensure_aids(connection, table, true);
  database.insert_job("bad");
  database.insert_job("good");
  database.execute("UPDATE public.\"AuraAnalysis\" SET \"trackTitle\" = '' WHERE \"id\" = 'bad'");
  database.execute(
      "ALTER TABLE public.\"AuraAnalysis\" ADD CONSTRAINT title_given CHECK (\"trackTitle\" <> '') "
      "NOT VALID");
  SECTION("one that looks at the row at the end of a transaction too") {
    database.execute(
        "CREATE FUNCTION public.guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
        "NEW.\"id\" = 'bad' THEN RAISE 'title_given'; END IF; RETURN NULL; END $$; CREATE "
        "CONSTRAINT TRIGGER guard AFTER UPDATE ON public.\"AuraAnalysis\" DEFERRABLE INITIALLY "
        "DEFERRED FOR EACH ROW EXECUTE FUNCTION public.guard(); ALTER TABLE "
        "public.\"AuraAnalysis\" DROP CONSTRAINT title_given");
  }
  SECTION("a check") {}
  CHECK_THAT(complaints(), Contains("writes: job bad can't become claimed: ") &&
                               Contains("title_given") && Contains("others can"));
  CHECK(worst == Verdict::kSlower);
  CHECK(claim(2).size() == 1);
  CHECK_THAT(complaints(), Contains("set_aside: job bad is set aside") && Contains("title_given"));
  database.execute("DELETE FROM public.\"AuraAnalysis\" WHERE \"id\" = 'good'");
  CHECK_THAT(complaints(), Contains("nor could any other"));
  CHECK(worst == Verdict::kBroken);
}

TEST_CASE_METHOD(Patient, "doctor: waits for no row that somebody has locked") {
  ensure_aids(connection, table, true);
  database.insert_job("a");
  const test::OpenTransaction writer(database, "UPDATE public.\"AuraAnalysis\" SET \"notes\" = ''");
  CHECK_THAT(complaints(), !Contains("writes: "));
}

TEST_CASE_METHOD(Patient, "doctor: of many jobs that are set aside it tells the first") {
  database.execute(
      "INSERT INTO aura.set_aside (job_id, next_try, statement, reason) SELECT 'job' || i, now(), "
      "'claim', 'account closed' FROM generate_series(1, 9) i");
  CHECK_THAT(complaints(), Contains("job job1 is set aside, its row refused: account closed") &&
                               Contains("4 more jobs are set aside"));
  CHECK(worst == Verdict::kSlower);
}

TEST_CASE_METHOD(Patient, "doctor: a table that isn't there, a server that isn't there") {
  database.execute("DROP TABLE public.\"AuraAnalysis\"");
  CHECK_THAT(complaints(), Contains("table: ") && Contains("--with-queue-table"));
  CHECK(worst == Verdict::kBroken);
  CHECK_THAT(complaints("postgresql://u:secret@127.0.0.1:1/d"),
             Contains("connection: ") && !Contains("secret"));
  CHECK(worst == Verdict::kBroken);
}

}  // namespace aura::queue
