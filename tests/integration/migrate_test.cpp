#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "fixture.h"

namespace aura::test {

TEST_CASE_METHOD(
    WithDatabase,
    "migrate: --with-queue-table makes all that is needed, and again changes nothing") {
  const auto first = run({"migrate", "--with-queue-table"});
  INFO(first.error);
  CHECK(first.status == ExitStatus{});
  CHECK(first.error.empty());
  CHECK(contains(first.output, "applied 0001_"));
  CHECK(contains(first.output, "created the jobs table"));
  const auto again = run({"migrate", "--with-queue-table"});
  CHECK(again.status == ExitStatus{});
  CHECK(lines(again.output).size() == 1);
  CHECK(contains(again.output, "ready: jobs in public.\"AuraAnalysis\""));
}

TEST_CASE_METHOD(WithDatabase, "migrate: the jobs table is the web app's, type by type") {
  REQUIRE(run({"migrate", "--with-queue-table"}).status == ExitStatus{});
  CHECK(database.value(
            "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || "
            "CASE WHEN attnotnull THEN ' !' ELSE '' END, E'\\n' ORDER BY attnum) "
            "FROM pg_attribute WHERE attrelid = '\"AuraAnalysis\"'::regclass AND attnum > 0") ==
        "id text !\nuserId text !\njobId text !\nstatus text !\nprogress integer !\n"
        "trackTitle text !\nartistName text !\ngenre text\naudioUrl text !\nlyricsText text\n"
        "artworkUrl text\nreferenceTrack text\nhitFactor double precision\n"
        "audioScore double precision\nlyricsScore double precision\nbrandScore double precision\n"
        "marketScore double precision\nrecommendations jsonb\nsimilarHits jsonb\n"
        "fullReport jsonb\nmodelVersion text\nprocessingTime integer\nerrorMessage text\n"
        "isFavorite boolean !\nisArchived boolean !\ntags text[]\nnotes text\n"
        "createdAt timestamp(3) without time zone !\nupdatedAt timestamp(3) without time zone !\n"
        "completedAt timestamp(3) without time zone");
}

TEST_CASE_METHOD(WithTables,
                 "migrate: beside a web app's table it makes schema aura and leaves the rest") {
  database.execute("DROP SCHEMA aura CASCADE");
  const auto columns =
      "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public'";
  const auto before = database.value(columns);
  const auto finished = run({"migrate"});
  CHECK(finished.status == ExitStatus{});
  CHECK(database.value(columns) == before);
  insert_path("job");
  drain();
  CHECK(count("completed") == 1);
}

TEST_CASE_METHOD(WithDatabase, "migrate: any number at once is as good as one") {
  std::vector<std::unique_ptr<Process>> processes;
  for (int i = 0; i < 5; ++i) {
    processes.emplace_back(new Process(start({"migrate", "--with-queue-table"})));
  }
  for (const auto& process : processes) {
    CHECK(process->wait() == ExitStatus{});
    CHECK(process->error_output() == "");
  }
  CHECK(database.value("SELECT count(*) FROM aura.migration WHERE number = 1") == "1");
  CHECK(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = "
                       "'\"AuraAnalysis_aura_claim_idx\"'::regclass") == "t");
}

}  // namespace aura::test
