#include <catch2/catch.hpp>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "aura/base/error.h"
#include "aura/fetch/fetcher.h"
#include "aura/test/eventually.h"
#include "aura/test/http_server.h"
#include "job_error.h"
#include "local.h"
#include "outcomes.h"

namespace aura::fetch {
namespace {

using test::Gate;
using test::HttpServer;
using test::Outcomes;
using namespace std::chrono_literals;

TEST_CASE("fetcher: one thread has many downloads under way", "[tsan]") {
  constexpr int kDownloads = 50;
  auto limits = test::local_limits();
  limits.per_host = kDownloads;
  const auto gate = std::make_shared<Gate>();
  HttpServer server;
  server.serve("/held", test::ok("held").held_by(gate));
  server.serve("/free", test::ok("free"));
  Outcomes held;
  Outcomes free;
  const Fetcher fetcher(limits);
  for (int i = 1; i < kDownloads; ++i) fetcher.start(server.url("/held"), {}, held.next());
  fetcher.start(server.url("/free"), {}, free.next());
  CHECK(free.text(0) == "free");
  CHECK(held.size() == 0);
  gate->open();
  for (std::size_t i = 0; i + 1 < kDownloads; ++i) CHECK(held.text(i) == "held");
}

TEST_CASE("fetcher: a host has no more downloads at once than its limit, others go on", "[tsan]") {
  auto limits = test::local_limits();
  limits.per_host = 2;
  const auto gate = std::make_shared<Gate>();
  HttpServer server;
  server.serve("/held", test::ok("held").held_by(gate));
  server.serve("/next", test::ok("next"));
  server.serve("/other", test::ok("other"));
  Outcomes outcomes;
  Outcomes other;
  const Fetcher fetcher(limits);
  for (int i = 0; i < 2; ++i) fetcher.start(server.url("/held"), {}, outcomes.next());
  fetcher.start(server.url("/next"), {}, outcomes.next());
  // The same server by another name is another host, and this one comes last.
  fetcher.start(server.url("/other", "localhost"), {}, other.next());
  CHECK(other.text(0) == "other");
  CHECK(server.requests("/next").empty());
  gate->open();
  for (std::size_t i = 0; i < 3; ++i) outcomes.text(i);
  CHECK(server.requests("/next").size() == 1);
}

TEST_CASE("fetcher: the wait for a turn is not counted against the server", "[tsan]") {
  auto limits = test::local_limits();
  limits.per_host = 1;
  // Enough for one download, not for both together.
  limits.total_timeout = 2s;
  HttpServer server;
  test::Reply slow = test::until_close("");
  slow.endless = "x";
  slow.pace = 100ms;
  server.serve("/slow", slow);
  server.serve("/next", test::ok("next"));
  Outcomes slow_ones;
  Outcomes next;
  const Fetcher fetcher(limits);
  fetcher.start(server.url("/slow"), {}, slow_ones.next());
  fetcher.start(server.url("/next"), {}, next.next());
  CHECK(next.text(0) == "next");
  CHECK(test::job_error([&] { slow_ones.text(0); }).code() == "timeout");
}

TEST_CASE("fetcher: stopping ends a wait for a turn", "[tsan]") {
  auto limits = test::local_limits();
  limits.per_host = 1;
  const auto gate = std::make_shared<Gate>();
  HttpServer server;
  server.serve("/held", test::ok("held").held_by(gate));
  Outcomes outcomes;
  std::stop_source source;
  const Fetcher fetcher(limits);
  fetcher.start(server.url("/held"), {}, outcomes.next());
  Outcomes waiting;
  fetcher.start(server.url("/held"), source.get_token(), waiting.next());
  source.request_stop();
  CHECK_THROWS_AS(waiting.text(0), Stopped);
  gate->open();
  CHECK(outcomes.text(0) == "held");
}

TEST_CASE("fetcher: its end stops what is under way", "[tsan]") {
  const auto gate = std::make_shared<Gate>();
  HttpServer server;
  server.serve("/held", test::ok("held").held_by(gate));
  Outcomes outcomes;
  {
    const Fetcher fetcher(test::local_limits());
    for (int i = 0; i < 20; ++i) fetcher.start(server.url("/held"), {}, outcomes.next());
    gate->wait_until_reached();
  }
  REQUIRE(outcomes.size() == 20);
  for (std::size_t i = 0; i < 20; ++i) CHECK_THROWS_AS(outcomes.text(i), Stopped);
  gate->open();
}

TEST_CASE("fetcher: bytes are in flight until their file has wholly arrived", "[tsan]") {
  const auto gate = std::make_shared<Gate>();
  HttpServer server;
  const test::Reply whole = test::ok(std::string(100'000, 'x'));
  server.serve("/held", whole.held_by(gate, whole.bytes.size() - 1));
  Outcomes outcomes;
  const Fetcher fetcher(test::local_limits());
  fetcher.start(server.url("/held"), {}, outcomes.next());
  gate->wait_until_reached();
  test::eventually("all but the last byte", [&] { return fetcher.bytes_in_flight() >= 99'999; });
  CHECK(fetcher.bytes_in_flight() == 99'999);
  gate->open();
  CHECK(outcomes.text(0).size() == 100'000);
  CHECK(fetcher.bytes_in_flight() == 0);
}

TEST_CASE("fetcher: posted tasks run in its thread, in their order", "[tsan]") {
  HttpServer server;
  server.serve("/a", test::ok("x"));
  std::promise<std::thread::id> of_download;
  std::vector<std::thread::id> of_tasks;
  {
    const Fetcher fetcher(test::local_limits());
    fetcher.start(server.url("/a"), {}, [&](const Fetcher::Outcome&) {
      of_download.set_value(std::this_thread::get_id());
    });
    std::promise<void> last;
    for (int i = 0; i < 10; ++i) {
      fetcher.post([&] { of_tasks.push_back(std::this_thread::get_id()); });
    }
    fetcher.post([&] { last.set_value(); });
    last.get_future().wait();
    CHECK(of_tasks == std::vector(10, of_download.get_future().get()));
  }
}

TEST_CASE("fetcher: an invalid URL is an outcome like any other", "[tsan]") {
  Outcomes outcomes;
  const Fetcher fetcher(test::local_limits());
  fetcher.start("nothing", {}, outcomes.next());
  CHECK(test::job_error([&] { outcomes.text(0); }).code() == "url_invalid");
}

}  // namespace
}  // namespace aura::fetch
