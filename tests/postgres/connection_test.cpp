#include "aura/postgres/connection.h"

#include <catch2/catch.hpp>

#include "aura/postgres/migrations.h"
#include "aura/queue/producer.h"
#include "aura/queue/queue.h"
#include "aura/test/database.h"

using aura::postgres::Connection;
using aura::postgres::DatabaseError;
using aura::postgres::DatabaseLost;
using aura::test::TestDatabase;

TEST_CASE("connection: a server that isn't there is a loss that may pass") {
  Connection connection(aura::postgres::parse_database_url("postgresql://u@127.0.0.1:1/d"));
  CHECK_THROWS_AS(aura::postgres::migrate(connection), DatabaseLost);
}

TEST_CASE("connection: one that the server ended while nobody used it is replaced unnoticed") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  auto connection = database.connect();
  aura::queue::Queue queue(connection, table);
  CHECK(!queue.has_work());
  const auto errors = aura::postgres::database_errors();
  database.execute(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
      "WHERE datname = current_database() AND pid <> pg_backend_pid()");
  CHECK(!queue.has_work());
  CHECK(aura::postgres::database_errors() == errors);
}

TEST_CASE("connection: one that ends amid a statement says so once and works again") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  database.insert_job("a");
  database.execute(
      "CREATE FUNCTION public.end_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
      "pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$; CREATE TRIGGER end_it BEFORE "
      "UPDATE ON public.\"AuraAnalysis\" FOR EACH ROW EXECUTE FUNCTION public.end_it()");
  auto connection = database.connect();
  aura::queue::Queue queue(connection, table);
  CHECK_THROWS_AS(queue.claim({}), DatabaseLost);
  CHECK(queue.has_work());
}

TEST_CASE("connection: what a client's values are refused for is no error of ours") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  database.execute("ALTER TABLE public.\"AuraAnalysis\" ADD CHECK (\"trackTitle\" <> '')");
  auto connection = database.connect();
  const auto errors = aura::postgres::database_errors();
  CHECK_THROWS_AS(aura::queue::enqueue(connection, table, {}), aura::postgres::RowRefused);
  CHECK(aura::postgres::database_errors() == errors);
  database.insert_job("a");
  database.execute("ALTER TABLE public.\"AuraAnalysis\" ADD CHECK (\"status\" <> 'processing')");
  aura::queue::Queue queue(connection, table);
  queue.claim({});
  CHECK(aura::postgres::database_errors() > errors);
}

TEST_CASE(
    "connection: a database that takes no writes just now is a loss, a refused statement is not") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  database.insert_job("a");
  const auto name = database.value("SELECT current_database()");
  database.execute("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
  {
    auto connection = database.connect();
    aura::queue::Queue queue(connection, table);
    CHECK_THROWS_AS(queue.claim({}), DatabaseLost);
  }
  database.execute("ALTER DATABASE " + name + " RESET default_transaction_read_only");
  database.execute("DROP TABLE aura.gate");
  auto connection = database.connect();
  aura::queue::Queue queue(connection, table);
  CHECK_THROWS_AS(queue.claim({}), DatabaseError);
}
