#include "aura/postgres/session.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "aura/test/background.h"
#include "aura/test/eventually.h"
#include "aura/test/far_database.h"

using aura::postgres::Connection;
using aura::postgres::DatabaseError;
using aura::postgres::DatabaseLost;
using aura::postgres::Field;
using aura::postgres::RowRefused;
using aura::postgres::Statement;
using aura::postgres::Transaction;
using aura::test::Background;
using aura::test::duration_of;
using aura::test::eventually;
using aura::test::kPatience;
using aura::test::OpenTransaction;
using aura::test::TestDatabase;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr milliseconds kShort{300};

/// A database with a table, a session that reaches it from afar, and one with no limits that waits
/// for no lock.
struct Far {
  Far() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0); CREATE SEQUENCE s; INSERT "
        "INTO t SELECT generate_series(1, 3)");
    session.execute("SELECT 1");  // connects
  }
  /// Whether nobody has locked the row.
  bool is_free(int id) {
    return database.value("SELECT id FROM t WHERE id = " + std::to_string(id) +
                          " FOR UPDATE SKIP LOCKED") != "";
  }
  std::string sum() { return database.value("SELECT sum(n) FROM t"); }
  /// How many other sessions execute a statement or have a transaction open.
  std::string busy() {
    return database.value(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> "
        "'idle' AND pid <> pg_backend_pid()");
  }

  TestDatabase database;
  aura::test::FarDatabase far{database};
  Connection connection = far.connect();
  Connection::Session& session = connection.session();
};

const std::string kAdd = "UPDATE t SET n = n + 1 WHERE id = $1";

}  // namespace

TEST_CASE_METHOD(Far, "session: a statement takes one round trip, and so do many without a body") {
  CHECK(far.trips([&] { session.execute("SELECT 1"); }) == 1);
  CHECK(far.trips([&] { session.execute(kAdd, 1); }) == 1);
  CHECK(far.trips([&] { session.execute("SELECT $1::text", std::string(500'000, 'x')); }) == 1);
  CHECK(far.trips([&] {
    session.execute_all_within(seconds(5), {Statement(kAdd, 1), Statement(kAdd, 2),
                                            Statement("SELECT pg_notify('c', '')")});
  }) == 1);
  CHECK(sum() == "3");
}

TEST_CASE_METHOD(Far,
                 "session: a transaction takes one round trip a statement, and one for its end") {
  const auto write = [&](auto body) {
    return far.trips([&] { session.transaction_within(seconds(5), body); });
  };
  CHECK(write([](Transaction&) {}) == 0);
  CHECK(write([](Transaction& work) {
          work.exec_params(kAdd, 1);
          work.exec_params(kAdd, 2);
        }) == 3);
  CHECK(write([](Transaction& work) {
          work.attempt([&] { work.exec_params(kAdd, 3); });
          work.attempt([&] { work.exec_params("SELECT 1 / $1::int", 0); });
        }) == 4);
  CHECK(sum() == "3");
}

TEST_CASE_METHOD(Far, "session: what a refused statement is sent with has no effect") {
  const auto write_then = [&](const std::string& sql) {
    session.execute_all_within(seconds(5),
                               {Statement(kAdd, 1), Statement(sql), Statement(kAdd, 2)});
  };
  CHECK_THROWS_AS(write_then("SELECT 1 / 0"), RowRefused);
  CHECK_THROWS_AS(write_then("SELECT * FROM missing"), DatabaseError);
  database.execute("ALTER TABLE t ADD a int REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED");
  CHECK_THROWS_AS(write_then("UPDATE t SET a = 9"), RowRefused);
  CHECK(sum() == "0");
  CHECK(is_free(1));
  CHECK(busy() == "0");
  write_then("SELECT 1");
  CHECK(sum() == "2");
}

TEST_CASE_METHOD(Far,
                 "session: a refused row is refused, even if the connection is lost meanwhile") {
  const auto cut_after = [&](const std::string& sql) {
    session.transaction_within(kPatience, [&](Transaction& work) {
      try {
        work.exec_params(kAdd, 1);
        work.exec_params(sql);
      } catch (...) {
        far.proxy.cut_all();  // before it can be rolled back
        throw;
      }
    });
  };
  CHECK_THROWS_AS(cut_after("SELECT 1 / 0"), RowRefused);
  CHECK_THROWS_AS(cut_after("SELECT * FROM missing"), DatabaseLost);
  CHECK(sum() == "0");
  CHECK(session.execute("SELECT 1")[0][0].as<int>() == 1);
}

TEST_CASE_METHOD(Far, "session: an attempt undoes its own statements only") {
  session.transaction_within(seconds(5), [&](Transaction& work) {
    work.exec_params(kAdd, 1);
    const auto refusal = work.attempt([&] {
      work.exec_params(kAdd, 2);
      work.exec_params("SELECT " + aura::postgres::raise("no: \"odd\"", "n::text") + " FROM t");
    });
    REQUIRE(refusal);
    CHECK(refusal->is_of_row);
    CHECK(!work.attempt([&] { work.exec_params(kAdd, 3); }));
    CHECK(work.attempt([&] { work.exec_params("SELECT * FROM missing"); })->is_of_row == false);
  });
  CHECK(database.value("SELECT string_agg(n::text, '' ORDER BY id) FROM t") == "101");
}

TEST_CASE_METHOD(Far, "session: what a statement raises itself is told in its own words") {
  const auto raise = aura::postgres::raise("the update has no effect: a reason", "id::text");
  session.execute("SELECT " + raise + " FROM t WHERE id > 10");
  CHECK_THROWS_MATCHES(session.execute("SELECT " + raise + " FROM t"), RowRefused,
                       Catch::Matchers::Message("the update has no effect: a reason"));
}

TEST_CASE_METHOD(Far, "session: values are bound, and come back as they were") {
  const std::string hostile = "'; DROP TABLE t; -- $1 \\ \"";
  CHECK(session.execute("SELECT $1::text", hostile)[0][0].as<std::string>() == hostile);
  CHECK(session.execute("SELECT $1 || $2", hostile, "é")[0][0].as<std::string>() == hostile + "é");
  CHECK(session.execute("SELECT $1::text", "")[0][0].as<std::string>().empty());
  CHECK(session.execute("SELECT $1::text IS NULL", std::optional<std::string>())[0][0].as<bool>());
  CHECK(session.execute("SELECT $1::int", std::optional(7))[0][0].as<int>() == 7);
  const auto least = std::numeric_limits<std::int64_t>::min();
  CHECK(session.execute("SELECT $1::bigint", least)[0][0].as<std::int64_t>() == least);
  CHECK(session.execute("SELECT $1::float8", 0.1 + 0.2)[0][0].as<double>() == 0.1 + 0.2);
  CHECK(session.execute("SELECT $1::float8", 1e300)[0][0].as<double>() == 1e300);
  CHECK(session.execute("SELECT $1::bool", true)[0][0].as<bool>());
  CHECK(!session.execute("SELECT $1::bool", false)[0][0].as<bool>());
  CHECK(session.execute("SELECT count(*) FROM pg_prepared_statements")[0][0].as<int>() == 0);
}

TEST_CASE_METHOD(Far, "session: a result gives its rows, by place and by name") {
  const auto rows = session.execute("SELECT id, NULL AS nothing FROM t ORDER BY id");
  int next = 1;
  for (const auto& row : rows) {
    CHECK(row["id"].as<int>() == next++);
    CHECK(row["nothing"].is_null());
    CHECK_THROWS_AS(row[1].as<int>(), std::domain_error);
    CHECK_THROWS_AS(row["missing"], std::out_of_range);
  }
  CHECK(next == 4);
  CHECK_THROWS_AS(session.execute("SELECT 'x'")[0][0].as<int>(), std::domain_error);
  CHECK(session.execute("UPDATE t SET n = 0 WHERE id < 3").affected_rows() == 2);
}

TEST_CASE_METHOD(Far, "session: limits and isolation are the statement's, and end with it") {
  const auto name = database.value("SELECT current_database()");
  database.execute("ALTER DATABASE " + name + " SET default_transaction_isolation = serializable");
  database.execute("ALTER DATABASE " + name + " SET lock_timeout = '77ms'");
  auto other = far.connect();
  const auto shown = [&](const std::string& setting) {
    return other.session()
        .execute_within(milliseconds(4321), "SHOW " + setting)[0][0]
        .as<std::string>();
  };
  CHECK(shown("transaction_isolation") == "read committed");
  CHECK(shown("statement_timeout") == "4321ms");
  CHECK(shown("lock_timeout") == "0");
  CHECK(shown("idle_in_transaction_session_timeout") == "4321ms");
  CHECK(other.session().execute_without_limit({}, "SHOW lock_timeout")[0][0].as<std::string>() ==
        "77ms");
}

TEST_CASE_METHOD(Far, "session: a statement that waits for a lock ends in time, here and there") {
  const OpenTransaction holder(database, "UPDATE t SET n = 0 WHERE id = 2");
  const auto write = [&] {
    session.execute_all_within(kShort, {Statement(kAdd, 1), Statement(kAdd, 2)});
  };
  const auto took = duration_of([&] { CHECK_THROWS_AS(write(), DatabaseLost); });
  CHECK(took >= kShort);
  CHECK(took < kPatience);
  CHECK(is_free(1));
  CHECK(busy() == "1");  // the holder
  CHECK(session.execute("SELECT 1")[0][0].as<int>() == 1);
}

TEST_CASE_METHOD(
    Far,
    "session: a client that stops amid a transaction keeps its locks no longer than its limit") {
  CHECK_THROWS_AS(session.transaction_within(kShort,
                                             [&](Transaction& work) {
                                               work.exec_params(kAdd, 1);
                                               CHECK(!is_free(1));
                                               eventually("the lock is gone",
                                                          [&] { return is_free(1); });
                                             }),
                  DatabaseLost);
  CHECK(sum() == "0");
}

TEST_CASE_METHOD(Far, "session: a client that is gone keeps no lock") {
  CHECK_THROWS_AS(session.transaction_within(kPatience,
                                             [&](Transaction& work) {
                                               work.exec_params(kAdd, 1);
                                               CHECK(!is_free(1));
                                               far.proxy.cut_all();
                                               eventually("the lock is gone",
                                                          [&] { return is_free(1); });
                                             }),
                  DatabaseLost);
  CHECK(sum() == "0");
  CHECK(session.execute("SELECT 1")[0][0].as<int>() == 1);
}

TEST_CASE_METHOD(Far, "session: a statement whose connection is cut is not sent again") {
  auto holder = std::make_unique<OpenTransaction>(database, "UPDATE t SET n = 0 WHERE id = 1");
  Background writer(
      "the writer",
      [&] { CHECK_THROWS_AS(session.execute_within(kPatience, kAdd, 1), DatabaseLost); },
      [&] { far.proxy.cut_all(); });
  eventually("the statement waits", [&] { return busy() == "2"; });
  far.proxy.cut_all();
  writer.join();
  // Nobody could say now whether it takes effect. It does, once.
  holder.reset();
  eventually("the server is done", [&] { return busy() == "0"; });
  CHECK(sum() == "1");
  CHECK(session.execute("SELECT 1")[0][0].as<int>() == 1);
}

TEST_CASE_METHOD(Far, "session: after a silence, it first asks whether the server is still there") {
  session.trust_for(milliseconds(0));
  CHECK(far.trips([&] { session.execute(kAdd, 1); }) == 2);
  CHECK_THROWS_AS(session.execute("SELECT 1 / 0"), RowRefused);
  CHECK(far.trips([&] {
    session.transaction_within(seconds(5), [](Transaction& work) {
      work.exec_params(kAdd, 1);
      work.exec_params(kAdd, 2);
    });
  }) == 3);
  CHECK(sum() == "3");
}

TEST_CASE_METHOD(Far, "session: a server that no longer answers is given up in time") {
  far.proxy.set_mode(aura::test::TcpProxy::Mode::kBlackHole);
  const auto took = duration_of(
      [&] { CHECK_THROWS_AS(session.execute_within(milliseconds(1), kAdd, 1), DatabaseLost); });
  CHECK(took < kPatience);
  far.proxy.set_mode(aura::test::TcpProxy::Mode::kPass);
  session.execute(kAdd, 1);
  CHECK(sum() == "1");
}
