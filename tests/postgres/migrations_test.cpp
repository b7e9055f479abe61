#include "aura/postgres/migrations.h"

#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "aura/base/error.h"
#include "aura/test/database.h"

using aura::postgres::migrate;
using aura::postgres::migrate_to;
using aura::postgres::Migration;
using aura::test::TestDatabase;

TEST_CASE("migrate: applies each migration once, however often it is called") {
  TestDatabase database;
  auto connection = database.connect();
  const auto applied = migrate(connection);
  REQUIRE(!applied.empty());
  CHECK(applied.front() == "0001_runs_and_gates");
  CHECK(migrate(connection).empty());
  CHECK(database.value("SELECT count(*) FROM aura.migration") == std::to_string(applied.size()));
}

TEST_CASE("migrate: many at once apply each migration once", "[tsan]") {
  TestDatabase database;
  std::vector<std::size_t> applied(4);
  {
    std::vector<std::jthread> threads;
    for (auto& count : applied) {
      threads.emplace_back([&] {
        auto connection = database.connect();
        count = migrate(connection).size();
      });
    }
  }
  std::size_t sum = 0;
  for (const auto count : applied) sum += count;
  CHECK(std::to_string(sum) == database.value("SELECT count(*) FROM aura.migration"));
}

TEST_CASE("migrate: a worker's role that was let use the tables may use those that are added") {
  TestDatabase database;
  auto connection = database.connect();
  migrate(connection);
  // As it was before pictures.
  database.execute(
      "DROP TABLE aura.pictures, aura.set_aside, aura.migration_need, aura.measurement, "
      "aura.job_content, aura.installation, aura.catalogue, aura.catalogue_vector, "
      "aura.catalogue_fingerprint, aura.popularity, aura.space, aura.job_reference; ALTER TABLE "
      "aura.run DROP "
      "COLUMN charged_crashes; "
      "DROP INDEX aura.gate_suspect_idx; ALTER TABLE aura.gate DROP COLUMN faults, DROP COLUMN "
      "reserved_by, DROP COLUMN reserved_until; DELETE FROM aura.migration WHERE number >= 4");
  const aura::test::Role worker(database);
  SECTION("by a grant") {
    database.execute("GRANT ALL ON ALL TABLES IN SCHEMA aura TO " + worker.name());
  }
  SECTION("as their owner") {
    database.execute("ALTER TABLE aura.run OWNER TO " + worker.name());
  }
  migrate(connection);
  CHECK(database.value("SELECT bool_and(has_table_privilege('" + worker.name() +
                       "', made, needed)) FROM unnest(ARRAY['aura.pictures', 'aura.set_aside', "
                       "'aura.migration_need', 'aura.measurement', 'aura.job_content', "
                       "'aura.catalogue', 'aura.catalogue_vector', 'aura.catalogue_fingerprint', "
                       "'aura.popularity', 'aura.space', 'aura.job_reference']) "
                       "made, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) needed") ==
        "t");
  CHECK(database.value("SELECT has_table_privilege('" + worker.name() +
                       "', 'aura.installation', 'SELECT')") == "t");
}

TEST_CASE(
    "migrate: a newer schema is left as it is, and works on unless it needs a newer release") {
  TestDatabase database;
  auto connection = database.connect();
  migrate(connection);
  const auto known = aura::postgres::schema_migrations();
  std::vector<Migration> newer(known.begin(), known.end());
  newer.push_back({"9001_adds", "CREATE TABLE aura.added (id text)", "0.1.0"});
  CHECK(migrate_to(connection, newer, "0.9.0") == std::vector<std::string>{"9001_adds"});
  CHECK(migrate(connection).empty());

  newer.push_back({"9002_needs", "DROP TABLE aura.added", "0.10.0"});
  CHECK(migrate_to(connection, newer, "0.10.0") == std::vector<std::string>{"9002_needs"});
  CHECK(migrate_to(connection, known, "0.10.0").empty());
  CHECK(migrate_to(connection, known, "1.0.0").empty());
  CHECK_THROWS_WITH(migrate_to(connection, known, "0.9.12"),
                    "this is aura 0.9.12, and the database was changed by a newer release "
                    "(9002_needs): install aura 0.10.0 or later");
  CHECK_THROWS_AS(migrate_to(connection, known, "0.9.12"), aura::ConfigError);
}

TEST_CASE("migrate: every migration can be applied to what the ones before made") {
  const auto all = aura::postgres::schema_migrations();
  TestDatabase database;
  auto connection = database.connect();
  for (std::size_t n = 1; n <= all.size(); ++n) {  // as release after release did
    CHECK(migrate_to(connection, all.first(n), "99.0.0") ==
          std::vector<std::string>{std::string(all[n - 1].name)});
  }
  CHECK(migrate(connection).empty());
  CHECK(database.value("SELECT string_agg(DISTINCT release, ',') FROM aura.migration_need") ==
        "0.1.0");
}
