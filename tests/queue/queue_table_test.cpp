#include "aura/queue/queue_table.h"

#include <catch2/catch.hpp>

#include "aura/base/error.h"
#include "aura/postgres/migrations.h"
#include "aura/test/database.h"

using aura::ConfigError;
using aura::queue::create_queue_table;
using aura::queue::find_queue_table;
using aura::queue::NoQueueTable;
using aura::test::TestDatabase;
using Catch::Matchers::Contains;

TEST_CASE("queue table: either of the producers' names is found by itself") {
  for (const std::string name : {"AuraAnalysis", "aura_analyses"}) {
    TestDatabase database;
    auto connection = database.connect();
    create_queue_table(connection, name);
    const auto table = find_queue_table(connection, std::nullopt);
    CHECK(table.schema == "public");
    CHECK(table.name == name);
  }
}

TEST_CASE("queue table: where both names are there, one must be chosen") {
  TestDatabase database;
  auto connection = database.connect();
  create_queue_table(connection, "AuraAnalysis");
  create_queue_table(connection, "aura_analyses");
  CHECK_THROWS_WITH(find_queue_table(connection, std::nullopt), Contains("AURA_TABLE"));
  CHECK(find_queue_table(connection, "aura_analyses").name == "aura_analyses");
}

TEST_CASE("queue table: a name of the operator's own, in a schema or not") {
  TestDatabase database;
  database.execute("CREATE SCHEMA app");
  auto connection = database.connect();
  create_queue_table(connection, "app.Jobs");
  CHECK(find_queue_table(connection, "app.Jobs").quoted == "app.\"Jobs\"");
  CHECK_THROWS_AS(find_queue_table(connection, "Jobs"), NoQueueTable);
  auto url = database.url() + "&schema=app";
  aura::postgres::Connection prisma(aura::postgres::parse_database_url(url));
  CHECK(find_queue_table(prisma, "Jobs").schema == "app");
}

TEST_CASE("queue table: a name is taken as the log prints it, in quotes and as its bare letters") {
  struct Case {
    std::string schema;
    std::string name;
    std::vector<std::string> spellings;
  };
  const std::vector<Case> cases{
      {"public",
       "AuraAnalysis",
       {"AuraAnalysis", "public.AuraAnalysis", "\"AuraAnalysis\"", "public.\"AuraAnalysis\"",
        "\"public\".\"AuraAnalysis\"", "\"public\".AuraAnalysis"}},
      {"public", "we.ird", {"\"we.ird\"", "public.\"we.ird\"", "public.we.ird", "we.ird"}},
      {"my.app", "a \"b\".c", {"\"my.app\".\"a \"\"b\"\".c\"", "\"my.app\".a \"b\".c"}},
      {"public", "odd\"name", {"odd\"name", "public.odd\"name", "\"odd\"\"name\""}},
  };
  for (const auto& [schema, name, spellings] : cases) {
    TestDatabase database;
    database.execute("CREATE SCHEMA IF NOT EXISTS \"" + schema + "\"");
    auto connection = database.connect();
    CHECK(create_queue_table(connection, spellings.front()));
    for (const auto& spelling : spellings) {
      INFO(spelling);
      const auto table = find_queue_table(connection, spelling);
      CHECK(table.schema == schema);
      CHECK(table.name == name);
      CHECK(find_queue_table(connection, table.quoted).name == name);
    }
    CHECK(!create_queue_table(connection, find_queue_table(connection, spellings[0]).quoted));
  }
}

TEST_CASE("queue table: what can't be a name is refused before anything is made") {
  TestDatabase database;
  auto connection = database.connect();
  for (const std::string bad : {"\"open", "\"a\"b", "\"a\".\"b\".\"c\"", "\"a\".\"b\"c", ".a", "a.",
                                "\"\"", "public.\"\""}) {
    INFO(bad);
    CHECK_THROWS_AS(find_queue_table(connection, bad), ConfigError);
    CHECK_THROWS_AS(create_queue_table(connection, bad), ConfigError);
  }
}

TEST_CASE("queue table: where there is none, the error says how to get one") {
  TestDatabase database;
  auto connection = database.connect();
  CHECK_THROWS_WITH(find_queue_table(connection, std::nullopt),
                    Contains("aura migrate --with-queue-table") && Contains("AURA_TABLE"));
}

TEST_CASE("queue table: in public it is found whatever the search path") {
  TestDatabase database;
  database.with_schema_and_table();
  database.execute("ALTER DATABASE " + database.value("SELECT current_database()") +
                   " SET search_path = app");
  auto connection = database.connect();
  CHECK(find_queue_table(connection, std::nullopt).schema == "public");
  database.execute("CREATE SCHEMA app");
  create_queue_table(connection, "app.AuraAnalysis");
  CHECK(find_queue_table(connection, std::nullopt).schema == "app");
  CHECK(find_queue_table(connection, "public.AuraAnalysis").schema == "public");
}

TEST_CASE("queue table: one that no worker can write to is refused, and why") {
  TestDatabase database;
  database.with_schema_and_table();
  auto connection = database.connect();
  SECTION("lists of values") {
    database.execute(
        "ALTER TABLE \"AuraAnalysis\" ALTER \"similarHits\" TYPE jsonb[] USING NULL, ALTER "
        "\"genre\" "
        "TYPE text[] USING NULL");
    CHECK_THROWS_WITH(find_queue_table(connection, std::nullopt),
                      Contains("\"similarHits\" is jsonb[]:") && !Contains("genre"));
  }
  SECTION("partitions") {
    database.execute(
        "DROP TABLE \"AuraAnalysis\"; CREATE TABLE \"AuraAnalysis\" (\"id\" text) PARTITION BY "
        "HASH (\"id\")");
    database.execute(
        "ALTER TABLE \"AuraAnalysis\" ADD \"userId\" text, ADD \"jobId\" text, ADD \"status\" "
        "text, "
        "ADD \"progress\" int, ADD \"trackTitle\" text, ADD \"artistName\" text, ADD \"genre\" "
        "text, "
        "ADD \"audioUrl\" text, ADD \"lyricsText\" text, ADD \"hitFactor\" float8, ADD "
        "\"audioScore\" float8, ADD \"lyricsScore\" float8, ADD \"brandScore\" float8, ADD "
        "\"marketScore\" float8, ADD \"recommendations\" jsonb, ADD \"similarHits\" jsonb, ADD "
        "\"fullReport\" jsonb, ADD \"modelVersion\" text, ADD \"processingTime\" int, ADD "
        "\"errorMessage\" text, ADD \"createdAt\" timestamp, ADD \"updatedAt\" timestamp, ADD "
        "\"completedAt\" timestamp");
    CHECK_THROWS_WITH(find_queue_table(connection, std::nullopt), Contains("is partitioned"));
  }
}

TEST_CASE("queue table: one that lacks columns is named with them") {
  TestDatabase database;
  database.execute("CREATE TABLE public.aura_analyses (\"id\" text, \"jobId\" text)");
  auto connection = database.connect();
  CHECK_THROWS_WITH(find_queue_table(connection, std::nullopt),
                    Contains("status") && Contains("audioUrl"));
}

TEST_CASE("create_queue_table: makes Prisma's table in public, once, even for a role named aura") {
  TestDatabase database;
  auto connection = database.connect();
  aura::postgres::migrate(connection);
  CHECK(create_queue_table(connection, std::nullopt));
  CHECK(!create_queue_table(connection, std::nullopt));
  CHECK(database.value("SELECT to_regclass('public.\"AuraAnalysis\"') IS NOT NULL") == "t");
  CHECK(database.value("SELECT count(*) FROM pg_indexes WHERE tablename = 'AuraAnalysis'") == "7");
}

TEST_CASE("create_queue_table: takes any name, quotes and all") {
  TestDatabase database;
  auto connection = database.connect();
  CHECK(create_queue_table(connection, "public.odd\"name; --"));
  CHECK(find_queue_table(connection, "public.odd\"name; --").name == "odd\"name; --");
}
