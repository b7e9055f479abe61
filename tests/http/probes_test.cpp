#include "probes.h"

#include <catch2/catch.hpp>
#include <string>

#include "aura/test/eventually.h"
#include "fixture.h"

namespace aura::http {
namespace {

using Catch::Matchers::Contains;
using test::Json;

struct Probed : test::WithEndpoint {
  Response ask(const std::string& target) { return probes.answer({"GET", target}); }
  /// Whether this machine is ready, and which checks have failed.
  static Json told(bool is_ready, const Json& changes = Json::object()) {
    Json checks{{"database", true},
                {"table", true},
                {"schema", true},
                {"not_draining", true},
                {"worker", true}};
    checks.update(changes);
    return {{"ready", is_ready}, {"checks", checks}};
  }

  Probes probes{settings(), instruments, log};
};

const postgres::DatabaseUrl& nowhere() {
  static const auto url = postgres::parse_database_url("postgresql://u:secret@127.0.0.1:1/d");
  return url;
}

}  // namespace

TEST_CASE("probes: are these two paths, byte for byte") {
  CHECK(is_probe("/readyz"));
  CHECK(is_probe("/metrics"));
  for (const std::string other :
       {"", "/", "/healthz", "/readyz/", "/READYZ", "readyz", "/metrics?", "/metrics/a"}) {
    CAPTURE(other);
    CHECK(!is_probe(other));
  }
}

TEST_CASE_METHOD(Probed, "probes: ready is 200, and each check alone makes it 503") {
  CHECK(ask("/readyz?x=1").status == 200);
  CHECK(Json::parse(ask("/readyz").body) == told(true));

  metrics::Instruments at_start({{"version", "1"}}, 1);
  const auto unprepared = Probes(settings(), at_start, log).answer({"GET", "/readyz"});
  CHECK(unprepared.status == 503);
  CHECK(Json::parse(unprepared.body) == told(false, {{"schema", false}}));

  auto without_table = settings();
  without_table.table = "elsewhere";
  const auto tableless = Probes(without_table, instruments, log).answer({"GET", "/readyz"});
  CHECK(tableless.status == 503);
  CHECK(Json::parse(tableless.body) == told(false, {{"table", false}}));

  auto without_database = settings();
  without_database.database = nowhere();
  const auto lost = Probes(without_database, instruments, log).answer({"GET", "/readyz"});
  CHECK(lost.status == 503);
  CHECK(Json::parse(lost.body) == told(false, {{"database", false}, {"table", false}}));
  CHECK_THAT(sink.str(), Contains("127.0.0.1") && !Contains("secret"));

  instruments.set_in_trouble(true);
  const auto in_trouble = Probes(settings(), instruments, log).answer({"GET", "/readyz"});
  CHECK(in_trouble.status == 503);
  CHECK(Json::parse(in_trouble.body) == told(false, {{"worker", false}}));
  instruments.set_in_trouble(false);

  instruments.set_draining();
  const auto draining = Probes(settings(), instruments, log).answer({"GET", "/readyz"});
  CHECK(draining.status == 503);
  CHECK(Json::parse(draining.body) == told(false, {{"not_draining", false}}));
}

TEST_CASE_METHOD(Probed, "probes: readiness is kept for a second, and follows the table") {
  const auto rename = [&](const std::string& from, const std::string& to) {
    database.execute("ALTER TABLE public.\"" + from + "\" RENAME TO \"" + to + "\"");
  };
  Response kept;
  const auto took = test::duration_of([&] {
    CHECK(ask("/readyz").status == 200);
    rename("AuraAnalysis", "gone");
    kept = ask("/readyz");
  });
  // A machine that is so slow has nothing to show.
  CHECK((kept.status == 200 || took > std::chrono::seconds(1)));
  test::eventually("the table is missed", [&] { return ask("/readyz").status == 503; });
  CHECK(Json::parse(ask("/readyz").body) == told(false, {{"table", false}}));
  rename("gone", "aura_analyses");
  test::eventually("the table is found", [&] { return ask("/readyz").status == 200; });
}

TEST_CASE_METHOD(Probed, "probes: a connection that the server ended is replaced unnoticed") {
  CHECK(ask("/readyz").status == 200);
  database.execute(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
      "WHERE datname = current_database() AND pid <> pg_backend_pid()");
  CHECK(ask("/metrics").body.find("aura_queue_jobs") != std::string::npos);
  CHECK(ask("/readyz").status == 200);
}

TEST_CASE_METHOD(Probed, "probes: metrics show the queue, as it was up to five seconds ago") {
  database.insert_job("a", "http://h/", 60);
  std::string kept;
  const auto took = test::duration_of([&] {
    const auto first = ask("/metrics");
    CHECK(first.status == 200);
    CHECK(first.content_type == "text/plain; version=0.0.4; charset=utf-8");
    CHECK_THAT(first.body, Contains("aura_queue_jobs{status=\"queued\"} 1\n") &&
                               Contains("aura_queue_oldest_age_seconds 6"));
    database.insert_job("b");
    kept = ask("/metrics").body;
  });
  // A machine that is so slow has nothing to show.
  CHECK((kept.find("{status=\"queued\"} 1\n") != std::string::npos ||
         took > std::chrono::seconds(5)));
  test::eventually("the queue is counted anew", [&] {
    return ask("/metrics").body.find("{status=\"queued\"} 2\n") != std::string::npos;
  });
}

TEST_CASE_METHOD(Probed, "probes: metrics show the process where there is no queue to be seen") {
  auto elsewhere = settings();
  SECTION("without the table") {
    elsewhere.table = "elsewhere";
  }
  SECTION("without a database") {
    elsewhere.database = nowhere();
  }
  const auto answer = Probes(elsewhere, instruments, log).answer({"GET", "/metrics"});
  CHECK(answer.status == 200);
  CHECK_THAT(answer.body, Contains("aura_threads 2") && !Contains("aura_queue_jobs{"));
  CHECK_THAT(sink.str(), Contains("a request can't be answered: "));
}

TEST_CASE_METHOD(Probed, "probes: one given up says that the database is away, and the log too") {
  ask("/metrics");
  ask("/readyz");
  const auto ready = probes.answer_without_database({"GET", "/readyz?x"});
  CHECK(ready.status == 503);
  CHECK(Json::parse(ready.body) == told(false, {{"database", false}, {"table", false}}));
  const auto scrape = probes.answer_without_database({"GET", "/metrics"});
  CHECK(scrape.status == 200);
  CHECK_THAT(scrape.body, Contains("aura_threads 2") && !Contains("aura_queue_jobs{"));
  CHECK_THAT(sink.str(), Contains("the database, which doesn't answer in time"));
}

}  // namespace aura::http
