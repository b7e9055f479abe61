#include "aura/queue/connection.h"

#include <catch2/catch.hpp>

#include "aura/queue/migrations.h"
#include "aura/queue/queue.h"
#include "aura/test/database.h"

using aura::queue::Connection;
using aura::queue::DatabaseError;
using aura::queue::DatabaseLost;
using aura::test::TestDatabase;

TEST_CASE("connection: a server that isn't there is a loss that may pass") {
  Connection connection(aura::queue::parse_database_url("postgresql://u@127.0.0.1:1/d"));
  CHECK_THROWS_AS(aura::queue::migrate(connection), DatabaseLost);
}

TEST_CASE("connection: terminated by the server, it says so once and works again") {
  TestDatabase database;
  const auto table = database.with_schema_and_table();
  auto connection = database.connect();
  aura::queue::Queue queue(connection, table);
  CHECK(!queue.has_work());
  database.execute(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
      "WHERE datname = current_database() AND pid <> pg_backend_pid()");
  CHECK_THROWS_AS(queue.has_work(), DatabaseLost);
  CHECK(!queue.has_work());
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
