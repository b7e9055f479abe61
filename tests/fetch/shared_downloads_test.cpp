#include "aura/fetch/shared_downloads.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <future>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "aura/base/error.h"
#include "aura/test/eventually.h"
#include "aura/test/http_server.h"
#include "byte_server.h"
#include "local.h"
#include "outcomes.h"

namespace aura::fetch {
namespace {

using test::ByteServer;
using test::Gate;
using test::HttpServer;
using test::Outcomes;
using test::Request;
using test::text_of;

/// Waits until `fetcher` has done what was asked of it before. Downloads may still run.
void settle(const Fetcher& fetcher) {
  std::promise<void> done;
  fetcher.post([&] { done.set_value(); });
  REQUIRE(done.get_future().wait_for(test::kPatience) == std::future_status::ready);
}

TEST_CASE("shared downloads: a hundred calls make one request and have the same bytes", "[tsan]") {
  constexpr std::size_t kCalls = 100;
  const std::string body(100'000, 'x');
  const auto whole = test::ok(body);
  const auto gate = std::make_shared<Gate>();
  HttpServer server;
  server.serve("/a", whole.held_by(gate, whole.bytes.size() - 1));
  const Fetcher fetcher(test::local_limits());
  Outcomes outcomes;
  const SharedDownloads shared(fetcher);
  for (std::size_t i = 0; i < kCalls; ++i) {
    shared.start(server.url("/a"), "group", {}, outcomes.next());
  }
  gate->wait_until_reached();
  test::eventually("all but the last byte", [&] { return fetcher.bytes_in_flight() >= 99'999; });
  CHECK(fetcher.bytes_in_flight() == 99'999);
  CHECK(outcomes.size() == 0);
  gate->open();
  std::size_t shares = 0;
  for (std::size_t i = 0; i < kCalls; ++i) {
    const auto& download = outcomes.download(i);
    CHECK(text_of(download) == body);
    CHECK(download.sha256 == test::sha256_of(body));
    CHECK(download.file.label().name == "a");
    if (download.is_shared) ++shares;
  }
  CHECK(shares == kCalls - 1);
  CHECK(server.requests("/a").size() == 1);
}

TEST_CASE("shared downloads: another group and another text of the URL share nothing", "[tsan]") {
  const auto gate = std::make_shared<Gate>();
  HttpServer server;
  server.serve("/a", test::ok("x").held_by(gate));
  auto limits = test::local_limits();
  limits.per_host = 3;
  const Fetcher fetcher(limits);
  Outcomes outcomes;
  const SharedDownloads shared(fetcher);
  shared.start(server.url("/a"), "one", {}, outcomes.next());
  shared.start(server.url("/a"), "other", {}, outcomes.next());
  shared.start(server.url("/a?"), "one", {}, outcomes.next());
  test::eventually("three requests", [&] { return server.requests("/a").size() == 3; });
  gate->open();
  for (std::size_t i = 0; i < 3; ++i) CHECK_FALSE(outcomes.download(i).is_shared);
}

TEST_CASE("shared downloads: a call after the end has what the file is now", "[tsan]") {
  HttpServer server;
  const Fetcher fetcher(test::local_limits());
  Outcomes outcomes;
  const SharedDownloads shared(fetcher);
  server.serve("/a", test::ok("before"));
  shared.start(server.url("/a"), "", {}, outcomes.next());
  CHECK(outcomes.text(0) == "before");
  server.serve("/a", test::ok("after"));
  shared.start(server.url("/a"), "", {}, outcomes.next());
  CHECK(outcomes.text(1) == "after");
}

TEST_CASE("shared downloads: whoever is stopped has its end soon, the others their file",
          "[tsan]") {
  const std::size_t leaver = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  const auto gate = std::make_shared<Gate>();
  const auto whole = test::ok("abcdef");
  HttpServer server;
  server.serve("/a", whole.held_by(gate, whole.bytes.size() - 3));
  const Fetcher fetcher(test::local_limits());
  std::vector<Outcomes> outcomes(3);
  const SharedDownloads shared(fetcher);
  std::stop_source source;
  for (std::size_t i = 0; i < 3; ++i) {
    shared.start(server.url("/a"), "", i == leaver ? source.get_token() : std::stop_token(),
                 outcomes[i].next());
  }
  gate->wait_until_reached();
  source.request_stop();
  CHECK_THROWS_AS(outcomes[leaver].text(0), Stopped);
  gate->open();
  std::size_t shares = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    if (i == leaver) continue;
    CHECK(outcomes[i].text(0) == "abcdef");
    if (outcomes[i].download(0).is_shared) ++shares;
  }
  CHECK(shares == 1);
  CHECK(server.requests("/a").size() == 1);
}

TEST_CASE("shared downloads: the download ends when all its calls are stopped", "[tsan]") {
  ByteServer server;
  auto limits = test::local_limits();
  limits.idle_timeout = 2 * test::kPatience;  // so that it isn't what ends the download
  const Fetcher fetcher(limits);
  Outcomes outcomes;
  const SharedDownloads shared(fetcher);
  std::vector<std::stop_source> sources(3);
  for (auto& source : sources) {
    shared.start(server.url(), "", source.get_token(), outcomes.next());
  }
  auto connection = server.accept();
  server.send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
  for (auto& source : sources) source.request_stop();
  CHECK(server.is_closed_by_client(connection));
  for (std::size_t i = 0; i < 3; ++i) CHECK_THROWS_AS(outcomes.text(i), Stopped);
}

TEST_CASE("shared downloads: calls behind a stopped download share the next one", "[tsan]") {
  ByteServer server;
  const Fetcher fetcher(test::local_limits());
  Outcomes stopped;
  Outcomes outcomes;
  const SharedDownloads shared(fetcher);
  std::stop_source source;
  shared.start(server.url(), "", source.get_token(), stopped.next());
  auto first = server.accept();
  server.send(first, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
  test::eventually("three bytes", [&] { return fetcher.bytes_in_flight() == 3; });
  // In the fetcher's thread, so that the calls come before the download has ended.
  fetcher.post([&] {
    source.request_stop();
    for (int i = 0; i < 3; ++i) shared.start(server.url(), "", {}, outcomes.next());
  });
  auto second = server.accept();
  // The first download has ended before the second one began.
  CHECK(fetcher.bytes_in_flight() == 0);
  CHECK(server.is_closed_by_client(first));
  server.send(second, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ndef");
  CHECK_THROWS_AS(stopped.text(0), Stopped);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(outcomes.text(i) == "def");
    CHECK(outcomes.download(i).is_shared == (i > 0));
  }
}

/// Serves "/a": holds the first request at `gate` and then fails it. Fails the third as well.
/// Others have their number as a file.
void fail_first(HttpServer& server, const std::shared_ptr<Gate>& gate) {
  const auto count = std::make_shared<int>(0);
  server.handle("/a", [=](const Request&) {
    const int number = ++*count;
    if (number == 1) return test::reply(503, "").held_by(gate);
    return number == 3 ? test::reply(404, "") : test::ok(std::to_string(number));
  });
}

/// What a call ends with: the text of its file, or the code of its error.
std::string end_of(Outcomes& outcomes) try {
  const auto& download = outcomes.download(0);
  CHECK_FALSE(download.is_shared);
  return text_of(download);
} catch (const JobError& error) {
  return error.code();
} catch (const Stopped&) {
  return "stopped";
}

TEST_CASE("shared downloads: after a failure each waiting call tries for itself", "[tsan]") {
  const auto gate = std::make_shared<Gate>();
  HttpServer server;
  fail_first(server, gate);
  const Fetcher fetcher(test::local_limits());
  std::vector<Outcomes> outcomes(4);
  const SharedDownloads shared(fetcher);
  for (auto& each : outcomes) shared.start(server.url("/a"), "", {}, each.next());
  gate->wait_until_reached();
  settle(fetcher);
  gate->open();
  CHECK(end_of(outcomes[0]) == "http_503");
  std::vector<std::string> ends;
  for (std::size_t i = 1; i < 4; ++i) ends.push_back(end_of(outcomes[i]));
  std::sort(ends.begin(), ends.end());
  CHECK(ends == std::vector<std::string>{"2", "4", "http_404"});
  CHECK(server.requests("/a").size() == 4);
  for (auto& each : outcomes) CHECK(each.size() == 1);
}

TEST_CASE("shared downloads: a failure is nobody's whose beginner was stopped", "[tsan]") {
  const auto gate = std::make_shared<Gate>();
  HttpServer server;
  fail_first(server, gate);
  const Fetcher fetcher(test::local_limits());
  std::vector<Outcomes> outcomes(2);
  const SharedDownloads shared(fetcher);
  std::stop_source source;
  shared.start(server.url("/a"), "", source.get_token(), outcomes[0].next());
  shared.start(server.url("/a"), "", {}, outcomes[1].next());
  gate->wait_until_reached();
  source.request_stop();
  CHECK(end_of(outcomes[0]) == "stopped");
  gate->open();
  CHECK(end_of(outcomes[1]) == "2");
  CHECK(server.requests("/a").size() == 2);
}

TEST_CASE("shared downloads: a call that tries for itself can be stopped, and none joins it",
          "[tsan]") {
  const auto first = std::make_shared<Gate>();
  const auto second = std::make_shared<Gate>();
  HttpServer server;
  const auto count = std::make_shared<int>(0);
  server.handle("/a", [=](const Request&) {
    const int number = ++*count;
    if (number == 1) return test::reply(503, "").held_by(first);
    return number == 2 ? test::ok("2").held_by(second) : test::ok("3");
  });
  const Fetcher fetcher(test::local_limits());
  std::vector<Outcomes> outcomes(3);
  const SharedDownloads shared(fetcher);
  std::stop_source source;
  shared.start(server.url("/a"), "", {}, outcomes[0].next());
  shared.start(server.url("/a"), "", source.get_token(), outcomes[1].next());
  first->wait_until_reached();
  settle(fetcher);
  first->open();
  second->wait_until_reached();
  shared.start(server.url("/a"), "", {}, outcomes[2].next());
  CHECK(end_of(outcomes[2]) == "3");
  source.request_stop();
  CHECK(end_of(outcomes[1]) == "stopped");
  CHECK(end_of(outcomes[0]) == "http_503");
  second->open();
}

TEST_CASE("shared downloads: a call that is stopped before it starts asks for nothing", "[tsan]") {
  HttpServer server;
  server.serve("/a", test::ok("x"));
  const Fetcher fetcher(test::local_limits());
  Outcomes outcomes;
  const SharedDownloads shared(fetcher);
  std::stop_source source;
  source.request_stop();
  shared.start(server.url("/a"), "", source.get_token(), outcomes.next());
  CHECK_THROWS_AS(outcomes.text(0), Stopped);
  CHECK(server.requests("/a").empty());
}

TEST_CASE("shared downloads: only the fetcher's thread calls `done`, also at a stop", "[tsan]") {
  const auto gate = std::make_shared<Gate>();
  HttpServer server;
  server.serve("/a", test::ok("x").held_by(gate));
  const Fetcher fetcher(test::local_limits());
  std::promise<std::thread::id> of_fetcher;
  fetcher.post([&] { of_fetcher.set_value(std::this_thread::get_id()); });
  std::vector<std::promise<std::thread::id>> of_calls(3);
  const SharedDownloads shared(fetcher);
  std::stop_source source;
  const auto start = [&](std::size_t call) {
    shared.start(server.url("/a"), "", source.get_token(), [&of_calls, call](const Outcome&) {
      of_calls[call].set_value(std::this_thread::get_id());
    });
  };
  start(0);
  start(1);
  gate->wait_until_reached();
  source.request_stop();
  start(2);
  const auto fetchers = of_fetcher.get_future().get();
  for (auto& each : of_calls) {
    auto called = each.get_future();
    REQUIRE(called.wait_for(test::kPatience) == std::future_status::ready);
    CHECK(called.get() == fetchers);
  }
}

TEST_CASE("shared downloads: their end stops all, and each call has its outcome by then",
          "[tsan]") {
  const auto gate = std::make_shared<Gate>();
  HttpServer server;
  server.serve("/held", test::ok("held").held_by(gate));
  const Fetcher fetcher(test::local_limits());
  Outcomes outcomes;
  std::stop_source source;
  {
    const SharedDownloads shared(fetcher);
    for (int i = 0; i < 20; ++i) {
      shared.start(server.url("/held"), i % 2 == 0 ? "even" : "odd",
                   i % 2 == 0 ? source.get_token() : std::stop_token(), outcomes.next());
    }
    gate->wait_until_reached();
    source.request_stop();
  }
  REQUIRE(outcomes.size() == 20);
  for (std::size_t i = 0; i < 20; ++i) CHECK_THROWS_AS(outcomes.text(i), Stopped);
  gate->open();
  server.serve("/held", test::ok("free"));
  CHECK(text_of(fetcher.fetch(server.url("/held"))) == "free");
}

TEST_CASE("shared downloads: nothing to end ends immediately", "[tsan]") {
  const Fetcher fetcher(test::local_limits());
  const SharedDownloads shared(fetcher);
}

TEST_CASE("shared downloads: each of many calls that come and go has one outcome", "[tsan]") {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kCalls = 200;
  HttpServer server;
  server.serve("/a", test::ok("a"));
  const Fetcher fetcher(test::local_limits());
  std::vector<Outcomes> stopped(kThreads);
  std::vector<Outcomes> whole(kThreads);
  const SharedDownloads shared(fetcher);
  {
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (std::size_t i = 0; i < kCalls; ++i) {
          std::stop_source source;
          shared.start(server.url("/a"), "", source.get_token(), stopped[thread].next());
          if (i % 3 == 0) shared.start(server.url("/a"), "", {}, whole[thread].next());
          if (i % 2 == 0) std::this_thread::yield();
          source.request_stop();
        }
      });
    }
  }
  for (auto& each : stopped) {
    for (std::size_t i = 0; i < kCalls; ++i) {
      try {
        const auto text = each.text(i);
        CHECK(text == "a");
      } catch (const Stopped&) {
        // Stopped before its end.
      }
    }
  }
  for (auto& each : whole) {
    for (std::size_t i = 0; i < (kCalls + 2) / 3; ++i) CHECK(each.text(i) == "a");
  }
  settle(fetcher);
  for (auto& each : stopped) CHECK(each.size() == kCalls);
}

}  // namespace
}  // namespace aura::fetch
