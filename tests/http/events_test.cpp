#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>

#include "aura/test/eventually.h"
#include "fixture.h"
#include "server.h"

using aura::http::Request;
using aura::http::Response;
using aura::http::Server;
using aura::test::Client;
using aura::test::Json;
using aura::test::request;
using aura::test::WithEndpoint;
using Catch::Matchers::Contains;

namespace {

/// The first job of the next event in which `part` stands.
Json next_job(Client& client, const std::string& part) {
  std::string event;
  aura::test::eventually("an event with " + part, [&] {
    event = client.receive_until("\n\n");
    return event.find(part) != std::string::npos;
  });
  const auto start = event.find("data: ") + 6;
  return Json::parse(event.substr(start, event.size() - 2 - start))["jobs"][0];
}

}  // namespace

TEST_CASE_METHOD(WithEndpoint, "events: each client hears how jobs go, to their end", "[tsan]") {
  database.insert_job("a");
  const auto run = queue.claim({.limit = 1, .worker_id = "w"}).at(0).run_id;
  Client one(endpoint.port());
  Client two(endpoint.port());
  for (auto* client : {&one, &two}) {
    client->send(request("GET", "/api/aura/events"));
    CHECK_THAT(client->receive_until("\r\n\r\n"), Contains("Content-Type: text/event-stream"));
    CHECK(next_job(*client, "event: jobs\n")["jobId"] == "a");
  }
  queue.report_progress({{run, 40}});
  CHECK(next_job(one, "\"progress\":40")["currentStep"] == "Measuring");
  // Nothing in a row ends an event before its time.
  queue.fail(run, {"not_audio", "this is not audio\n\ndata: of a stranger", false});
  for (auto* client : {&one, &two}) {
    const auto job = next_job(*client, "failed");
    CHECK(job["status"] == "failed");
    CHECK_THAT(job["errorMessage"].get<std::string>(), Contains("of a stranger"));
  }
}

TEST_CASE("events: one look a second serves all clients, and not more than may follow") {
  std::atomic<int> looks{0};
  const Server server(
      0, [](const Request&) { return Response{.is_events = true}; },
      [](const Request&) { return Response{}; }, {.event_clients = 2},
      [&] { return std::to_string(++looks); });
  const auto begun = std::chrono::steady_clock::now();
  Client one(server.port());
  Client two(server.port());
  for (auto* client : {&one, &two}) {
    client->send(request("GET", "/"));
    client->receive_until("data: ");
  }
  Client three(server.port());
  three.send(request("GET", "/"));
  CHECK(three.receive().status == 503);
  for (int i = 0; i < 3; ++i) {
    one.receive_until("data: ");
    two.receive_until("data: ");
  }
  // Were there a look for each, there would be twice as many.
  const auto seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  CHECK(looks <= seconds + 1);
}

TEST_CASE("events: who goes makes room at once", "[tsan]") {
  const Server server(
      0, [](const Request&) { return Response{.is_events = true}; },
      [](const Request&) { return Response{}; }, {.event_clients = 1},
      [] { return std::string("{}"); });
  {
    Client gone(server.port());
    gone.send(request("GET", "/"));
    gone.receive_until("data: {}\n\n");
  }
  // A stream that is quiet meets its client's end by itself after 15 seconds at the soonest.
  std::string head;
  aura::test::eventually(
      "there is room",
      [&] {
        Client next(server.port());
        next.send(request("GET", "/"));
        head = next.receive_until("\r\n\r\n");
        return !head.starts_with("HTTP/1.1 503");
      },
      std::chrono::seconds(10));
  CHECK_THAT(head, Contains("HTTP/1.1 200"));
}

TEST_CASE("events: a server goes though some follow them", "[tsan]") {
  auto following = [] {
    const Server server(
        0, [](const Request&) { return Response{.is_events = true}; },
        [](const Request&) { return Response{}; }, {}, [] { return std::string("{}"); });
    Client client(server.port());
    client.send(request("GET", "/"));
    client.receive_until("data: {}\n\n");
    return client;
  }();
  CHECK(following.is_closed());
}
