#include "aura/queue/listener.h"

#include <catch2/catch.hpp>
#include <optional>
#include <set>
#include <string>

#include "aura/queue/aids.h"
#include "aura/queue/operations.h"
#include "aura/queue/producer.h"
#include "aura/test/eventually.h"
#include "fixture.h"

namespace aura::queue {
namespace {

using std::chrono::milliseconds;
using test::kPatience;

struct Listening : Fixture {
  std::stop_source stop;
  Listener listener{postgres::parse_database_url(database.url()), stop.get_token()};
};

}  // namespace

TEST_CASE_METHOD(Listening, "listener: hears of an insert, once the trigger is there", "[tsan]") {
  REQUIRE(listener.is_direct());
  REQUIRE(listener.listen(connection.url()));
  database.insert_job("a");
  CHECK(!listener.wait(milliseconds(0)));
  ensure_aids(connection, table, false);
  database.insert_job("b");
  CHECK(listener.wait(kPatience));
  CHECK(!listener.wait(milliseconds(0)));
}

TEST_CASE_METHOD(Listening, "listener: hears of what was put back or queued anew") {
  REQUIRE(listener.listen(connection.url()));
  database.insert_job("a");
  queue.release({claim(1).at(0).run_id});
  CHECK(listener.wait(kPatience));
  queue.fail(claim(1).at(0).run_id, {"code", "no good", false});
  CHECK(retry_job(connection, table, "a"));
  CHECK(listener.wait(kPatience));
  queue.fail(claim(1).at(0).run_id, {"code", "no good", false});
  ensure_aids(connection, table, false);
  database.execute("UPDATE public.\"AuraAnalysis\" SET \"status\" = 'queued'");
  CHECK(listener.wait(kPatience));
}

TEST_CASE_METHOD(Listening, "listener: hears other channels too, each once, by its name") {
  REQUIRE(listener.listen(connection.url()));
  listener.also_listen("aura_other");
  database.execute(
      "BEGIN; NOTIFY aura_other, '1'; NOTIFY aura_other, '2'; NOTIFY aura_jobs; NOTIFY "
      "aura_third; COMMIT");
  CHECK(std::set{listener.wait(kPatience), listener.wait(kPatience)} ==
        std::set<std::optional<std::string>>{Listener::kJobsChannel, "aura_other"});
  CHECK(!listener.wait(milliseconds(0)));
}

TEST_CASE_METHOD(Listening, "listener: waits no longer than it is told to") {
  REQUIRE(listener.listen(connection.url()));
  stop.request_stop();
  CHECK(test::duration_of([&] { CHECK(!listener.wait(kPatience)); }) < kPatience);
  CHECK_THROWS_AS(listener.check(), postgres::DatabaseLost);
}

TEST_CASE_METHOD(Listening, "listener: no limit of its role's ends its session") {
  database.execute("ALTER DATABASE " + database.value("SELECT current_database()") +
                   " SET idle_session_timeout = '50ms'");
  Listener limited(postgres::parse_database_url(database.url()), stop.get_token());
  REQUIRE(limited.listen(connection.url()));
  CHECK(!limited.wait(milliseconds(200)));
  limited.check();
}

TEST_CASE_METHOD(Listening, "listener: notices that its connection is gone") {
  REQUIRE(listener.listen(connection.url()));
  listener.check();
  database.execute(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
      "WHERE datname = current_database() AND pid <> pg_backend_pid()");
  CHECK_THROWS_AS(listener.wait(kPatience), postgres::DatabaseLost);
}

TEST_CASE_METHOD(Listening, "listener: an insert succeeds even where it can't be told of") {
  ensure_aids(connection, table, false);
  const test::Role producer(database);
  database.execute("REVOKE EXECUTE ON FUNCTION pg_catalog.pg_notify(text, text) FROM PUBLIC");
  database.execute("GRANT INSERT ON public.\"AuraAnalysis\" TO " + producer.name());
  auto inserting = postgres::Connection(postgres::parse_database_url(producer.url()));
  CHECK(!enqueue(inserting, table,
                 {.user_id = "u",
                  .track_title = "t",
                  .artist_name = "a",
                  .genre = {},
                  .audio_url = "http://h/",
                  .lyrics = {}})
             .empty());
  CHECK(database.value("SELECT count(*) FROM \"AuraAnalysis\"") == "1");
}

TEST_CASE("listener: a server that isn't there is a loss that may pass") {
  CHECK_THROWS_AS(Listener(postgres::parse_database_url("postgresql://u@127.0.0.1:1/d"), {}),
                  postgres::DatabaseLost);
}

}  // namespace aura::queue
