#include "aura/http/endpoint.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "aura/queue/queue.h"
#include "aura/test/database.h"
#include "aura/test/eventually.h"
#include "client.h"
#include "fixture.h"

namespace aura::http {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Json = nlohmann::json;
using metrics::Stage;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr const char* kToken = "0123456789abcdef";

int status_of(const std::string& reply) {
  return std::stoi(reply.substr(reply.find(' ') + 1, 3));
}

Json body_of(const std::string& reply) {
  return Json::parse(reply.substr(reply.find("\r\n\r\n") + 4));
}

/// With a database that has all that a worker needs.
struct Watched {
  Watched() { instruments.set_prepared(); }

  std::string get(const std::string& target) {
    if (!endpoint) endpoint.emplace(settings(), instruments, reader, log);
    return ask(endpoint->port(), target,
               token ? "Authorization: Bearer " + *token + "\r\n" : std::string());
  }

  EndpointSettings settings() const {
    return {.token = token,
            .database = postgres::parse_database_url(url),
            .alive_within = alive_within};
  }

  test::TestDatabase database;
  queue::QueueTable table = database.with_schema_and_table();
  postgres::Connection connection = database.connect();
  queue::Queue queue{connection, table};
  metrics::Instruments instruments{{{"version", "1"}}, 2};
  std::optional<std::string> token;
  std::string url = database.url();
  milliseconds alive_within = hours(1);
  catalogue::CatalogueReader reader{{test::any_space()}, 1 << 20};
  std::ostringstream sink;
  Log log{LogLevel::kInfo, LogFormat::kText, "w", sink};
  std::optional<Endpoint> endpoint;
};

}  // namespace

TEST_CASE_METHOD(Watched,
                 "health: alive while the dispatcher turns, ready while jobs can be taken") {
  CHECK(status_of(get("/healthz")) == 200);
  const auto reply = get("/readyz");
  CHECK(status_of(reply) == 200);
  CHECK(body_of(reply) == Json{{"ready", true},
                               {"checks",
                                {{"database", true},
                                 {"table", true},
                                 {"schema", true},
                                 {"not_draining", true},
                                 {"worker", true}}}});
}

TEST_CASE_METHOD(Watched, "health: a dispatcher that doesn't turn is not alive") {
  alive_within = milliseconds(-1);
  CHECK(status_of(get("/healthz")) == 503);
  instruments.set_draining();  // which has its own limit, the grace
  CHECK(status_of(get("/healthz")) == 200);
}

TEST_CASE_METHOD(Watched,
                 "health: not ready while draining, without the table, without a database") {
  SECTION("draining") {
    instruments.set_draining();
    CHECK(body_of(get("/readyz"))["checks"]["not_draining"] == false);
  }
  SECTION("table") {
    database.execute("DROP TABLE public.\"AuraAnalysis\"");
    const auto checks = body_of(get("/readyz"))["checks"];
    CHECK(checks["database"] == true);
    CHECK(checks["table"] == false);
  }
  SECTION("table, once there was one") {
    CHECK(status_of(get("/api/aura/status/a")) == 404);
    database.execute("DROP TABLE public.\"AuraAnalysis\"");
    CHECK(body_of(get("/readyz"))["checks"]["table"] == false);
  }
  SECTION("database") {
    url = "postgresql://u:secret@127.0.0.1:1/d";
    CHECK(body_of(get("/readyz"))["checks"]["database"] == false);
    const auto reply = get("/api/aura/status/a");
    CHECK(status_of(reply) == 503);
    CHECK_THAT(reply, !Contains("secret") && !Contains("127.0.0.1"));
    CHECK_THAT(sink.str(), Contains("a request can't be answered: ") && Contains("127.0.0.1") &&
                               !Contains("secret"));
    CHECK_THAT(get("/metrics"), Contains("aura_threads 2") && !Contains("aura_queue_jobs{"));
  }
  CHECK(status_of(get("/readyz")) == 503);
  CHECK(status_of(get("/healthz")) == 200);
}

TEST_CASE_METHOD(Watched, "health: not ready before the worker has found its schema up to date") {
  metrics::Instruments at_start{{{"version", "1"}}, 2};
  const Endpoint starting(settings(), at_start, reader, log);
  const auto reply = ask(starting.port(), "/readyz");
  CHECK(status_of(reply) == 503);
  CHECK(body_of(reply)["checks"]["table"] == true);
  CHECK(body_of(reply)["checks"]["schema"] == false);
}

TEST_CASE_METHOD(Watched, "health, metrics: answered though pages wait for a silent database") {
  using boost::asio::ip::tcp;
  boost::asio::io_context io;
  tcp::acceptor silent(io, {boost::asio::ip::address_v4::loopback(), 0});
  url = "postgresql://u@127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/d";
  endpoint.emplace(settings(), instruments, reader, log);
  const auto asks = [&](const std::string& target) {
    auto client = std::make_unique<Client>(endpoint->port());
    client->send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return client;
  };
  // Each takes the 5 seconds that connecting may take.
  const auto first = asks("/api/aura/jobs");
  const auto second = asks("/api/aura/jobs");
  tcp::socket held(io);
  silent.non_blocking(true);
  test::eventually("the page's connection", [&] {
    boost::system::error_code nobody;
    silent.accept(held, nobody);
    return !nobody;
  });
  const auto begun = std::chrono::steady_clock::now();
  const auto ready = asks("/readyz");
  const auto scrape = asks("/metrics");
  CHECK(body_of(ready->rest())["checks"]["database"] == false);
  CHECK_THAT(scrape->rest(), Contains("aura_threads 2") && !Contains("aura_queue_jobs{"));
  // Theirs is 3 seconds, and behind the pages it would be 13; a busy machine is slow.
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(9));
}

TEST_CASE_METHOD(Watched, "metrics: the process and the queue") {
  for (const char* id : {"a", "b", "c"}) database.insert_job(id, "http://h/", 60);
  queue.claim({.limit = 1});
  CHECK_THAT(get("/metrics"), Contains("aura_queue_jobs{status=\"queued\"} 2\n") &&
                                  Contains("aura_queue_jobs{status=\"processing\"} 1\n") &&
                                  Contains("aura_queue_oldest_age_seconds 6") &&
                                  Contains("Content-Type: text/plain"));
}

TEST_CASE_METHOD(Watched, "token: who has it is answered, and everybody may ask for health") {
  token = kToken;
  CHECK(status_of(get("/metrics")) == 200);
  const auto port = endpoint->port();
  for (const std::string header :
       {"", "Authorization: Bearer 0123456789abcdeX\r\n", "Authorization: Bearer\r\n",
        "Authorization: Basic 0123456789abcdef\r\n", "Authorization: 0123456789abcdef\r\n"}) {
    const auto reply = ask(port, "/metrics", header);
    CHECK(status_of(reply) == 401);
    CHECK_THAT(reply, Contains("WWW-Authenticate: Bearer"));
    CHECK(status_of(ask(port, "/nothing-here", header)) == 401);
    CHECK(status_of(ask(port, "/healthz", header)) == 200);
    CHECK(status_of(ask(port, "/readyz", header)) == 200);
  }
}

TEST_CASE_METHOD(Watched, "token: a browser is asked for it as a password, and may send it so") {
  token = kToken;
  get("/");
  const auto port = endpoint->port();
  CHECK_THAT(ask(port, "/"),
             Contains("HTTP/1.1 401") && Contains("WWW-Authenticate: Basic realm=\"AURA\""));
  CHECK(status_of(ask(port, "/", "Authorization: Basic bWU6MDEyMzQ1Njc4OWFiY2RlZg==\r\n")) == 200);
}

TEST_CASE_METHOD(Watched,
                 "no token: only this machine is answered, by its own name, and by no proxy") {
  CHECK(status_of(get("/metrics")) == 200);
  const auto reply_to = [&](const std::string& path, const std::string& headers) {
    Client client(endpoint->port());
    client.send("GET " + path + " HTTP/1.1\r\nConnection: close\r\n" + headers + "\r\n");
    return status_of(client.rest());
  };
  for (const std::string host : {"localhost", "127.0.0.1:8080", "[::1]", "[::1]:8080"})
    CHECK(reply_to("/metrics", "Host: " + host + "\r\n") == 200);
  for (const std::string headers :
       {"", "Host: evil.example\r\n", "Host: localhost.evil.example:8080\r\n",
        "Host: localhost\r\nX-Forwarded-For: 192.0.2.1\r\n",
        "Host: localhost\r\nX-Real-IP: 192.0.2.1\r\n", "Host: localhost\r\nVia: 1.1 proxy\r\n",
        "Host: localhost\r\nForwarded: for=192.0.2.1\r\n"}) {
    INFO(headers);
    CHECK(reply_to("/metrics", headers) == 403);
    CHECK(reply_to("/healthz", headers) == 200);
  }
}

TEST_CASE_METHOD(Watched, "status: as the front end knows it") {
  database.insert_job("a b/c");
  database.insert_job("plain");
  CHECK(body_of(get("/api/aura/status/plain")) ==
        Json{{"jobId", "plain"}, {"status", "queued"}, {"progress", 0}});
  CHECK(status_of(get("/api/aura/status/unknown")) == 404);
  CHECK(body_of(get("/api/aura/status/unknown")).contains("error"));

  const auto jobs = queue.claim({.limit = 2});
  for (const auto& job : jobs) queue.report_progress({{job.run_id, 20}});
  auto body = body_of(get("/api/aura/status/plain"));
  CHECK(body["status"] == "processing");
  CHECK(body["progress"] == 20);
  CHECK(body["currentStep"] == "Measuring");
  CHECK(!body.contains("estimatedTimeRemaining"));  // nothing was measured yet
  for (const auto stage : {Stage::kFetch, Stage::kDecode, Stage::kFeatures, Stage::kSave})
    instruments.observe(stage, std::chrono::seconds(2));
  CHECK(body_of(get("/api/aura/status/plain"))["estimatedTimeRemaining"] == 4);
}

TEST_CASE_METHOD(Watched, "status: a table that gets its other name is found again") {
  database.insert_job("a");
  CHECK(status_of(get("/api/aura/status/a")) == 200);
  database.execute("ALTER TABLE \"AuraAnalysis\" RENAME TO aura_analyses");
  CHECK(status_of(get("/api/aura/status/a")) == 503);
  CHECK(status_of(get("/api/aura/status/a")) == 200);
}

TEST_CASE_METHOD(Watched, "result: as the front end knows it") {
  database.insert_job("a");
  const auto waiting = get("/api/aura/result/a");
  CHECK(status_of(waiting) == 409);
  CHECK(body_of(waiting)["status"] == "queued");
  CHECK(body_of(waiting).contains("error"));
  CHECK(status_of(get("/api/aura/result/unknown")) == 404);

  const auto run = queue.claim({.limit = 1}).at(0).run_id;
  queue.complete(run, {.hit_factor = 74,
                       .audio_score = 95,
                       .lyrics_score = 50,
                       .brand_score = 75,
                       .market_score = 70,
                       .recommendations_json = R"([{"type":"lyrics"}])",
                       .similar_hits_json = "[]",
                       .full_report_json = "{}",
                       .model_version = "AURA-v2.1",
                       .processing_time = milliseconds(1234)});
  auto body = body_of(get("/api/aura/result/a"));
  CHECK_THAT(body["completedAt"].get<std::string>(),
             Catch::Matchers::Matches(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"));
  body.erase("completedAt");
  CHECK(body ==
        Json{{"jobId", "a"},
             {"status", "completed"},
             {"trackTitle", "Title"},
             {"artistName", "Artist"},
             {"genre", nullptr},
             {"audioUrl", body["audioUrl"]},
             {"artworkUrl", nullptr},
             {"hitFactor", 74},
             {"scores",
              {{"overall", 74}, {"audio", 95}, {"lyrics", 50}, {"brand", 75}, {"market", 70}}},
             {"recommendations", {{{"type", "lyrics"}}}},
             {"similarHits", Json::array()},
             {"modelVersion", "AURA-v2.1"},
             {"processingTime", 1234}});
}

TEST_CASE_METHOD(Watched, "hostile requests: each is answered, and nothing comes of it") {
  database.insert_job("a'; DROP TABLE x; --");
  CHECK(status_of(get("/api/aura/status/a'%3B%20DROP%20TABLE%20x%3B%20--")) == 200);
  for (const std::string target :
       {"/api/aura/status/", "/api/aura/status/%00", "/api/aura/status/%ff", "/api/aura/status/%4",
        "/api/aura/status/%zz", "/api/aura/status/a/b", "/api/aura/status/..%2f..%2fetc",
        "/../../etc/passwd", "*", "http://elsewhere/metrics", "/metrics/x", "//metrics"}) {
    INFO(target);
    CHECK(status_of(get(target)) == 404);
  }
  CHECK(status_of(get("/api/aura/status/" + std::string(5000, 'a'))) == 404);
  CHECK(status_of(get("/metrics?x=%")) == 200);
  const auto refused = ask(endpoint->port(), "/metrics", "Content-Length: 0\r\n", "DELETE");
  CHECK(status_of(refused) == 405);
  CHECK_THAT(refused, Contains("Allow: GET, HEAD"));
  CHECK(status_of(ask(endpoint->port(), "/metrics", "", "GE")) == 405);
}

}  // namespace aura::http
