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
    Examined examined{.url = parse_database_url(url),
                      .direct_url = parse_database_url(url),
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

TEST_CASE_METHOD(Patient, "doctor: sees a disabled trigger and a wrong type") {
  ensure_aids(connection, table, true);
  database.execute("ALTER TABLE public.\"AuraAnalysis\" DISABLE TRIGGER aura_wake");
  database.execute("ALTER TABLE public.\"AuraAnalysis\" ALTER \"hitFactor\" TYPE integer");
  CHECK_THAT(complaints(), Contains("ENABLE TRIGGER aura_wake") &&
                               Contains("hitFactor is integer, not double precision"));
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
