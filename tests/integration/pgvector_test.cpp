#include "aura/test/pgvector.h"

#include <catch2/catch.hpp>
#include <string>

#include "fixture.h"
#include "tones.h"

namespace aura::test {
namespace {

const Environment kWithPgvector{{"CATALOGUE_INDEX", "pgvector"}};

/// With a catalogue of tones, all of which are found.
struct Tones : WithTables {
  Tones() {
    environment["SIMILAR_FLOOR"] = "0";
    std::string csv = "song,artist,audio\n";
    for (int i = 1; i <= 4; ++i) {
      const auto number = std::to_string(i);
      write(number + ".wav", tone(10 * i));
      csv += "Song " + number + ",Artist " + number + "," + number + ".wav\n";
    }
    const auto finished = run({"catalogue", "import", write("hits.csv", csv)});
    INFO(finished.error);
    REQUIRE(finished.status == ExitStatus{});
    track = write("track.wav", tone(12));
  }
  std::string doctor() const { return run({"doctor"}, kWithPgvector).output; }

  std::string track;
};

}  // namespace

TEST_CASE_METHOD(Tones, "pgvector: without the extension each command says what to do") {
  const auto migrate = run({"migrate", "--with-pgvector"});
  CHECK(migrate.status == ExitStatus{2});
  REQUIRE(lines(migrate.error).size() == 1);
  CHECK(contains(migrate.error, "an administrator runs CREATE EXTENSION vector;"));
  const auto similar = run({"similar", track}, kWithPgvector);
  CHECK(similar.status == ExitStatus{1});
  REQUIRE(lines(similar.error).size() == 1);
  CHECK(contains(similar.error, "CREATE EXTENSION vector;"));
  CHECK(contains(doctor(), "slower  pgvector      the database has no extension pgvector"));
  CHECK(!contains(run({"doctor"}).output, "pgvector"));
  const auto wrong = run({"similar", track}, {{"CATALOGUE_INDEX", "faiss"}});
  CHECK(wrong.status == ExitStatus{2});
  CHECK(wrong.error == "aura: CATALOGUE_INDEX must be resident or pgvector\n");
}

TEST_CASE_METHOD(Tones, "pgvector: aura migrate --with-pgvector, then the same songs are found") {
  if (!create_pgvector(database)) return;
  CHECK(contains(doctor(), "the table for pgvector is missing"));
  const auto first = run({"migrate", "--with-pgvector"});
  INFO(first.error);
  CHECK(first.status == ExitStatus{});
  CHECK(contains(first.output, "for pgvector: 4 songs\n"));
  const auto again = run({"migrate", "--with-pgvector"});
  CHECK(again.status == ExitStatus{});
  CHECK(lines(again.output).size() == 1);
  CHECK(contains(doctor(), "ok      pgvector      similar hits come from pgvector 0."));
  const auto found = run({"similar", "--json", track}, kWithPgvector);
  INFO(found.error);
  CHECK(found.status == ExitStatus{});
  CHECK(Json::parse(found.output)["similarHits"].size() == 4);
  CHECK(found.output == run({"similar", "--json", track}).output);
}

}  // namespace aura::test
