#include "aura/catalogue/pgvector.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "aura/test/background.h"
#include "with_pgvector.h"

namespace aura::catalogue {
namespace {

using Catch::Matchers::Contains;
using Scope = CatalogueReader::Scope;

}  // namespace

TEST_CASE_METHOD(Prepared, "pgvector: without the extension all say what to do, in one line") {
  add("song");
  const auto why = refusal();
  CHECK_THAT(why, Contains("CREATE EXTENSION vector;"));
  CHECK_THAT(why, Contains("aura migrate --with-pgvector"));
  CHECK(why.find('\n') == std::string::npos);
  CHECK(database.value("SELECT to_regclass('aura.neighbour_table') IS NULL") == "t");
  CHECK(database.value("SELECT count(*) FROM pg_extension WHERE extname = 'vector'") == "0");
  reader.refresh(connection, Scope::kFull);
  CHECK(reader.status().state == IndexState::kUnavailable);
  CHECK(name_of(reader.status().state) == "unavailable");
  CHECK_THAT(reader.status().problem, Contains("CREATE EXTENSION vector;"));
  CHECK_FALSE(reader.view());
  CHECK(reader.wait_while_loading(std::chrono::seconds(60), {}) == IndexState::kUnavailable);
  const auto finding = examined();
  CHECK(finding.check == "pgvector");
  CHECK(finding.verdict == queue::Verdict::kSlower);
  CHECK_THAT(finding.found, Contains("no extension"));
  CHECK_THAT(finding.mend, Contains("CREATE EXTENSION vector;"));
}

TEST_CASE_METHOD(Prepared, "pgvector: an extension that is too old or unsound is named") {
  const auto is = [&](const std::string& version) {
    database.execute("UPDATE pg_extension SET extversion = '" + version +
                     "' WHERE extname = 'vector'");
  };
  if (!test::create_pgvector(database)) return;
  is("0.7.4");
  CHECK_THAT(refusal(), Contains("pgvector 0.7.4 is too old: 0.8.0 or later"));
  CHECK_THAT(examined().found, Contains("0.7.4 is too old"));
  reader.refresh(connection, Scope::kFull);
  CHECK(reader.status().state == IndexState::kUnavailable);
  CHECK(database.value("SELECT to_regclass('aura.neighbour_table') IS NULL") == "t");
  is("0.8.2");
  make();
  CHECK_THAT(told.at(0), Contains("pgvector 0.8.2 may damage its indexes"));
  CHECK_THAT(examined().found, Contains("0.8.2 may damage"));
  is("0.10.0");
  make();
  CHECK(told.empty());
  CHECK(examined().verdict == queue::Verdict::kFine);
}

TEST_CASE_METHOD(Prepared, "pgvector: rows follow the catalogue in each transaction") {
  if (!test::create_pgvector(database)) return;
  const auto old = fill(5, "old ");
  make();
  CHECK(differences().empty());
  const auto rows = [&] { return count(kTable); };
  CHECK(rows() == "5");
  const auto added = fill(5, "new ");
  CHECK(rows() == "10");
  auto again = named("old 0");  // measured again
  add(again);
  catalogue.remove(old[1]);
  catalogue.remove(added[1]);
  CHECK(rows() == "8");
  CHECK(differences().empty());
  again.song.artist = "Another";  // the same vector
  add(again);
  // Numbers that no measurement has.
  auto odd = named("odd");
  add(odd);
  database.execute(
      "UPDATE aura.catalogue_vector SET vector = decode('0000c07f0000807f000080ff0000807f01000000"
      "ffff7f7fffff7fff0000008001000080000000000000803f000080bf', 'hex') WHERE catalogue_id = " +
      std::to_string(old[2]));
  CHECK(differences().empty());
  // Damaged vectors, and those of another version.
  database.execute("UPDATE aura.catalogue_vector SET vector = '\\x00' WHERE catalogue_id = " +
                   std::to_string(old[2]));
  database.execute("UPDATE aura.catalogue_vector SET version = 2 WHERE catalogue_id = " +
                   std::to_string(old[3]));
  CHECK(differences().empty());
  CHECK(rows() == "7");
  database.execute("BEGIN; DELETE FROM aura.catalogue_vector; ROLLBACK");
  CHECK(rows() == "7");
  database.execute("DELETE FROM aura.catalogue");
  CHECK(rows() == "0");
  reader.refresh(connection, Scope::kRecent);
  CHECK(reader.status().state == IndexState::kEmpty);
  add("first");
  reader.refresh(connection, Scope::kRecent);
  CHECK(reader.status().state == IndexState::kReady);
  CHECK(reader.status().rows == 1);
}

TEST_CASE_METHOD(Prepared, "pgvector: making it again repairs what differs, and nothing else") {
  if (!test::create_pgvector(database)) return;
  const auto songs = fill(20);
  make();
  REQUIRE(told.size() == 2);
  CHECK_THAT(told[1], Contains("made the table aura.neighbour_timbre_1 for pgvector: 20 songs"));
  const auto id = [&] {
    return database.value("SELECT string_agg(name || id, ',') FROM aura.neighbour_table");
  };
  const auto first = id();
  make();
  CHECK(told.empty());
  CHECK(id() == first);
  CHECK(examined().verdict == queue::Verdict::kFine);

  database.execute("DELETE FROM " + std::string(kTable) +
                   " WHERE catalogue_id = " + std::to_string(songs[3]));
  CHECK_THAT(examined().found, Contains("1 songs are missing"));
  database.execute("INSERT INTO " + std::string(kTable) + " SELECT 999999, vector FROM " + kTable +
                   " LIMIT 1");
  make();
  REQUIRE(told.size() == 1);
  CHECK_THAT(told[0], Contains("1 songs added, 1 deleted"));
  CHECK(differences().empty());

  // An index whose building was cut off.
  database.execute("UPDATE pg_index SET indisvalid = false WHERE indrelid = '" +
                   std::string(kTable) + "'::regclass AND NOT indisprimary");
  CHECK_THAT(examined().found, Contains("the index for pgvector is missing"));
  make();
  CHECK(examined().verdict == queue::Verdict::kFine);
  CHECK(database.value("SELECT count(*) FROM pg_index WHERE indrelid = '" + std::string(kTable) +
                       "'::regclass") == "2");
  CHECK(id() == first);
}

TEST_CASE_METHOD(Prepared, "pgvector: a new space is used from the next make_pgvector() on") {
  if (!test::create_pgvector(database)) return;
  fill(600);
  make();
  const auto before = view();
  CHECK(*before.space == space);
  const auto own = catalogue.tune(space).space;
  CHECK(*view().space == space);
  CHECK_THAT(examined().found, Contains("older space"));
  make();
  const auto after = view();
  CHECK(*after.space == own);
  CHECK(examined().verdict == queue::Verdict::kFine);
  // A search that began before goes on.
  CHECK(before.index->nearest(connection, std::vector<float>(kTestSize), 5, {}).size() == 5);
  CHECK(count("aura.neighbour_table") == "1");
  CHECK(database.value("SELECT to_regclass('aura.neighbour_timbre_1_new') IS NULL") == "t");
  database.execute("UPDATE aura.neighbour_table SET space = 'x', id = DEFAULT");
  reader.refresh(connection, Scope::kFull);
  CHECK(reader.status().state == IndexState::kUnavailable);
  CHECK_THAT(reader.status().problem, Contains("damaged"));
  make();
  CHECK(*view().space == own);
}

TEST_CASE_METHOD(Prepared, "pgvector: the table of the version before stays for older workers") {
  if (!test::create_pgvector(database)) return;
  fill(3);
  make();
  const auto of_version = [&](int version) {
    std::vector<std::vector<float>> rows;
    for (int i = 0; i < 500; ++i) rows.push_back(random_vector(vectors));
    return analysis::Space::fit("timbre", version, rows);
  };
  const auto tables = [&] {
    return database.value("SELECT string_agg(name, ',' ORDER BY name) FROM aura.neighbour_table");
  };
  make_pgvector(url, of_version(2), [](const std::string&) {});
  CHECK(tables() == "neighbour_timbre_1,neighbour_timbre_2");
  auto row = named("song 0");
  add(row);
  row.vectors[0].version = 2;
  add(row);
  CHECK(count(kTable) == "3");
  CHECK(count("aura.neighbour_timbre_2") == "1");
  CHECK(differences().empty());
  make_pgvector(url, of_version(3), [](const std::string&) {});
  CHECK(tables() == "neighbour_timbre_2,neighbour_timbre_3");
  CHECK(database.value("SELECT to_regclass('aura.neighbour_timbre_1') IS NULL") == "t");
}

TEST_CASE_METHOD(Prepared, "pgvector: what is written while the table is made is in it") {
  if (!test::create_pgvector(database)) return;
  fill(2000);
  std::atomic<bool> is_over = false;
  int written = 0;
  test::Background writer(
      "the writer",
      [&] {
        postgres::Connection own(url);
        Catalogue writing(own);
        std::mt19937 own_vectors(9);
        while (!is_over || written < 10) {
          // Known and new songs, against the order in which the table is filled.
          std::vector<NewRow> rows;
          for (int i = 20; i > 0; --i) {
            const auto name = "song " + std::to_string((written * 7 + i * 100) % 2500);
            rows.push_back(new_row(name, random_vector(own_vectors)));
          }
          const auto ids = writing.add(rows);
          if (written % 3 == 0) writing.remove(ids.front());
          ++written;
        }
      },
      [&] { is_over = true; });
  make();
  make();
  is_over = true;
  writer.join();
  CHECK(written >= 10);
  CHECK(differences().empty());
  CHECK(count(kTable) == count("aura.catalogue_vector"));
}

TEST_CASE_METHOD(Prepared, "pgvector: if the extension is dropped the catalogue stays writable") {
  if (!test::create_pgvector(database)) return;
  fill(5);
  make();
  database.execute("DROP EXTENSION vector CASCADE");
  const auto id = add("later");
  catalogue.remove(id);
  fill(2, "more ");
  reader.refresh(connection, Scope::kFull);
  CHECK(reader.status().state == IndexState::kUnavailable);
  CHECK_THAT(examined().found, Contains("no extension"));
  database.execute("CREATE EXTENSION vector");  // in another schema than before
  reader.refresh(connection, Scope::kFull);
  CHECK_THAT(reader.status().problem, Contains("run aura migrate --with-pgvector"));
  make();
  CHECK(differences().empty());
  CHECK(count(kTable) == "7");
  CHECK(view().index->nearest(connection, std::vector<float>(kTestSize), 5, {}).size() == 5);
  database.execute(std::string("ALTER EXTENSION vector SET SCHEMA ") + test::kExtensionSchema);
  CHECK(view().index->nearest(connection, std::vector<float>(kTestSize), 5, {}).size() == 5);
  add("last");
  CHECK(differences().empty());
}

TEST_CASE_METHOD(Prepared, "pgvector: roles that read the catalogue read its table") {
  if (!test::create_pgvector(database)) return;
  fill(5);
  const test::Role role(database);
  database.execute("GRANT USAGE ON SCHEMA aura TO " + role.name());
  database.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA aura TO " +
                   role.name());
  make();
  const auto as_role = postgres::parse_database_url(role.url());
  const auto refused = examine_pgvector(as_role, space);
  CHECK(refused.verdict == queue::Verdict::kSlower);
  CHECK_THAT(refused.mend, Contains("USAGE on the schema of the extension"));
  database.execute(std::string("GRANT USAGE ON SCHEMA ") + test::kExtensionSchema + " TO " +
                   role.name());
  CHECK(examine_pgvector(as_role, space).verdict == queue::Verdict::kFine);
}

TEST_CASE_METHOD(Prepared, "pgvector: roles that write the catalogue need no right on its table") {
  if (!test::create_pgvector(database)) return;
  fill(5);
  make();
  const test::Role role(database);
  database.execute("GRANT USAGE ON SCHEMA aura TO " + role.name());
  for (const auto* right : {"catalogue", "catalogue_vector", "catalogue_fingerprint", "popularity"})
    database.execute(std::string("GRANT SELECT, INSERT, UPDATE, DELETE ON aura.") + right + " TO " +
                     role.name());
  const auto as_role = postgres::parse_database_url(role.url());
  postgres::Connection writing(as_role);
  const auto row = named("by another");
  const auto id = Catalogue(writing).add({&row, 1}).front();
  CHECK(count(kTable) == "6");
  Catalogue(writing).remove(id);
  CHECK(count(kTable) == "5");
  CHECK(examine_pgvector(as_role, space).verdict == queue::Verdict::kSlower);
}

TEST_CASE_METHOD(Prepared, "pgvector: of several that make it at once, one does") {
  if (!test::create_pgvector(database)) return;
  fill(5);
  {
    const test::OpenTransaction other(
        database, "SELECT pg_advisory_xact_lock(hashtext('aura.neighbour_table'))");
    make();
    REQUIRE(told.size() == 1);
    CHECK_THAT(told[0], Contains("another process"));
    CHECK(database.value("SELECT to_regclass('aura.neighbour_table') IS NULL") == "t");
  }
  make();
  CHECK(count(kTable) == "5");
}

}  // namespace aura::catalogue
