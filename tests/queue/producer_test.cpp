#include "aura/queue/producer.h"

#include <catch2/catch.hpp>

#include "aura/test/database.h"

using aura::test::TestDatabase;

TEST_CASE("enqueue: the row is what a web app would insert") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  auto connection = database.connect();
  const auto job_id = aura::queue::enqueue(connection, table,
                                           {"user-1", "Title", "Artist", std::nullopt,
                                            "https://example.com/a.mp3", std::string("la la")});
  CHECK(job_id.size() == 25);
  CHECK(database.value("SELECT \"status\" || ' ' || \"progress\" || ' ' || \"userId\" || ' ' || "
                       "\"trackTitle\" || ' ' || "
                       "\"artistName\" || ' ' || \"audioUrl\" || ' ' || \"lyricsText\" FROM "
                       "\"AuraAnalysis\" WHERE \"jobId\" = '" +
                       job_id + "'") ==
        "queued 0 user-1 Title Artist https://example.com/a.mp3 la la");
  CHECK(database.value(
            "SELECT \"genre\" IS NULL AND length(\"id\") = 25 AND \"createdAt\" IS NOT NULL AND "
            "abs(extract(epoch "
            "FROM \"updatedAt\" - (now() AT TIME ZONE 'UTC'))) < 60 FROM \"AuraAnalysis\"") == "t");
}

TEST_CASE("enqueue: a value that the table refuses is an error, though not one of the database") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  auto connection = database.connect();
  const auto enqueue = [&](const std::string& user) {
    aura::queue::enqueue(connection, table,
                         {user, "Title", "Artist", std::nullopt, "https://h/a", std::nullopt});
  };
  database.execute("ALTER TABLE \"AuraAnalysis\" ADD CHECK (\"userId\" <> 'nobody')");
  const auto before = aura::queue::database_errors();
  CHECK_THROWS_AS(enqueue("nobody"), aura::queue::DatabaseError);
  CHECK_THROWS_AS(enqueue("\xff"), aura::queue::DatabaseError);
  CHECK(aura::queue::database_errors() == before);
  database.execute("DROP TABLE \"AuraAnalysis\"");
  CHECK_THROWS_AS(enqueue("user"), aura::queue::DatabaseError);
  CHECK(aura::queue::database_errors() == before + 1);
}

TEST_CASE("enqueue: each job gets an id of its own") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  auto connection = database.connect();
  for (int i = 0; i < 50; ++i) {
    aura::queue::enqueue(connection, table,
                         {"u", "T", "A", std::nullopt, "http://h/a", std::nullopt});
  }
  CHECK(database.value("SELECT count(DISTINCT \"jobId\") || ' ' || count(DISTINCT \"id\") FROM "
                       "\"AuraAnalysis\"") == "50 50");
}
