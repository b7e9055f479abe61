#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "aura/queue/queue.h"
#include "aura/test/eventually.h"
#include "aura/test/postgres_server.h"
#include "aura/test/tcp_proxy.h"
#include "fixture.h"

namespace aura::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::eventually;
using test::TcpProxy;

/// Workers behind a network that fails.
struct BehindProxy : Fixture {
  TcpProxy proxy{(test::server_directory(database.url()) / ".s.PGSQL.5432").string()};

  WorkerSettings through_proxy() {
    auto settings = quick_beats();
    settings.lease = seconds(3);
    settings.worker_id = "behind";
    settings.retry.base = milliseconds(1);
    settings.database.url = postgres::parse_database_url(
        "postgresql://aura@127.0.0.1:" + std::to_string(proxy.port()) + "/" +
        database.value("SELECT current_database()") + "?sslmode=disable");
    settings.database.direct_url = settings.database.url;
    return settings;
  }
  void cut() {
    proxy.set_mode(TcpProxy::Mode::kRefuse);
    proxy.cut_all();
  }
  void wait_until_expired(const std::string& id) {
    eventually("the lease of " + id + " has ended", [&] {
      return database.value("SELECT bool_or(lease_until < now()) FROM aura.run WHERE job_id = '" +
                            id + "' AND state = 'running'") == "t";
    });
  }
  std::string runs() {
    return database.value(
        "SELECT string_agg(concat_ws(' ', job_id, attempt, worker_id, state, charged_crashes), ', "
        "' "
        "ORDER BY id) FROM aura.run");
  }
};

}  // namespace

TEST_CASE_METHOD(BehindProxy,
                 "lease keeper: an outage longer than the lease costs a running job nothing, and "
                 "what was finished meanwhile counts",
                 "[tsan]") {
  const auto gate = insert_held("held");
  auto other_settings = through_proxy();
  other_settings.worker_id = "other";
  auto worker = start(through_proxy());
  gate->wait_until_reached();
  // Runs nothing, and would rescue.
  auto other = start(other_settings);
  eventually("both are at work", [&] {
    return database.value(
               "SELECT count(*) FROM pg_stat_activity WHERE datname = "
               "current_database() AND query = 'LISTEN aura_catalogue'") == "2";
  });
  cut();
  gate->open();
  wait_until_expired("held");
  proxy.set_mode(TcpProxy::Mode::kPass);
  worker.join();
  other.join();
  CHECK(count("completed") == "1");
  CHECK(runs() == "held 1 behind completed");
}

TEST_CASE_METHOD(BehindProxy,
                 "lease keeper: a lease that ended while the rescuer's database was away costs "
                 "neither a crash nor an attempt") {
  // Of a worker that goes down during the outage.
  database.insert_job("lost", server.url("/clip.wav"));
  postgres::Connection connection = database.connect();
  queue::Queue(connection, table)
      .claim({.limit = 1, .worker_id = "gone", .lease = std::chrono::hours(1)});
  const auto gate = insert_held("held");
  auto worker = start(through_proxy(), Until::kStopped);
  gate->wait_until_reached();
  cut();
  database.execute(
      "UPDATE aura.run SET lease_until = now() + interval '3 seconds' WHERE job_id = 'lost'");
  wait_until_expired("lost");
  proxy.set_mode(TcpProxy::Mode::kPass);
  gate->open();
  eventually("both are completed", [&] { return count("completed") == "2"; });
  stop.request_stop();
  worker.join();
  CHECK(database.value("SELECT string_agg(concat_ws(' ', attempt, state, charged_crashes), ', ' "
                       "ORDER BY id) FROM aura.run WHERE job_id = 'lost'") ==
        "1 lost, 1 completed");
}

TEST_CASE_METHOD(BehindProxy,
                 "lease keeper: a worker that was taken for lost takes its crash back, once, and a "
                 "job that failed for it is queued again") {
  const auto gate = insert_held("held");
  auto worker = start(through_proxy(), Until::kStopped);
  gate->wait_until_reached();
  cut();
  wait_until_expired("held");
  postgres::Connection connection = database.connect();
  queue::Queue rescuer(connection, table);
  const bool is_last = GENERATE(false, true);
  CHECK(rescuer.rescue({.max_retries = 9, .max_crashes = is_last ? 1 : 3}).size() == 1);
  CHECK(count("failed") == (is_last ? "1" : "0"));
  CHECK(database.value("SELECT charged_crashes FROM aura.run") == "1");
  proxy.set_mode(TcpProxy::Mode::kPass);
  server.serve("/held", test::ok(clip()));
  gate->open();
  eventually("the job is completed", [&] { return count("completed") == "1"; });
  stop.request_stop();
  worker.join();
  CHECK(database.value("SELECT count(*) FROM aura.run WHERE charged_crashes IS NOT NULL") == "0");
  CHECK(database.value("SELECT attempt FROM aura.run WHERE state = 'completed'") == "2");
}

TEST_CASE_METHOD(
    Fixture, "lease keeper: while no run of anybody is under way it leaves the database alone") {
  auto quiet = settings();
  quiet.lease = std::chrono::hours(1);
  quiet.poll_interval = std::chrono::hours(1);
  auto worker = start(quiet, Until::kStopped);
  const auto last = [&] {
    return database.value(
        "SELECT max(query_start) FROM pg_stat_activity WHERE datname = current_database() AND "
        "query = 'COMMIT'");
  };
  const auto is_quiet_since = [&](const std::string& moment) {
    return database.value("SELECT now() > '" + moment + "'::timestamptz + interval '6 seconds'") ==
           "t";
  };
  // Beats would come every four seconds.
  eventually("nobody asks for a while", [&] {
    const auto moment = last();
    return !moment.empty() && is_quiet_since(moment);
  });
  stop.request_stop();
  worker.join();
}

}  // namespace aura::worker
