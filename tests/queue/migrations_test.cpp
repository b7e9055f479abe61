#include "aura/queue/migrations.h"

#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "aura/test/database.h"

using aura::queue::migrate;
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
      "DROP TABLE aura.pictures, aura.set_aside; ALTER TABLE aura.run DROP COLUMN charged_crashes; "
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
                       "', made, needed)) FROM unnest(ARRAY['aura.pictures', 'aura.set_aside']) "
                       "made, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) needed") ==
        "t");
}

TEST_CASE("create_queue_table: makes Prisma's table in public, once, even for a role named aura") {
  TestDatabase database;
  auto connection = database.connect();
  migrate(connection);
  CHECK(aura::queue::create_queue_table(connection, std::nullopt));
  CHECK(!aura::queue::create_queue_table(connection, std::nullopt));
  CHECK(database.value("SELECT to_regclass('public.\"AuraAnalysis\"') IS NOT NULL") == "t");
  CHECK(database.value("SELECT count(*) FROM pg_indexes WHERE tablename = 'AuraAnalysis'") == "7");
}

TEST_CASE("create_queue_table: takes any name, quotes and all") {
  TestDatabase database;
  auto connection = database.connect();
  CHECK(aura::queue::create_queue_table(connection, "public.odd\"name; --"));
  CHECK(aura::queue::find_queue_table(connection, "public.odd\"name; --").name == "odd\"name; --");
}
