#include "server.h"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <new>
#include <set>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "aura/test/background.h"
#include "client.h"

namespace aura::http {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;
using test::Background;
using test::kPatience;

/// Where requests that take time wait for the test. Both waits throw std::runtime_error after
/// kPatience.
class Hold {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++reached_;
    changed_.notify_all();
    if (!changed_.wait_for(lock, kPatience, [this] { return open_; }))
      throw std::runtime_error("the test has not opened the hold in time");
  }
  void wait_until_reached() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [this] { return reached_ > 0; }))
      throw std::runtime_error("no request has come to the hold in time");
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int reached_ = 0;
  bool open_ = false;
};

/// "/slow" takes until the hold opens, and so does the probe "/stuck"; "/probe" is a probe too. All
/// else is answered at once with its target.
struct Serving {
  explicit Serving(const ServerLimits& limits = {})
      : server(
            0,
            [](const Request& request) -> std::optional<Response> {
              const std::set<std::string> later{"/slow", "/memory", "/probe", "/stuck"};
              if (later.contains(request.target)) return std::nullopt;
              return Response{200, request.method + " " + request.target};
            },
            [this](const Request& request) {
              if (request.target == "/memory") throw std::bad_alloc();
              hold.pass();
              return Response{200, "slow"};
            },
            limits, {},
            {[](const Request& request) {
               return request.target == "/probe" || request.target == "/stuck";
             },
             [this](const Request& request) {
               if (request.target == "/stuck") hold.pass();
               return Response{200, "in time"};
             },
             [](const Request&) {
               return Response{503, "given up"};
             }}) {}
  ~Serving() { hold.open(); }

  /// A client beside the test, to whom `target` is answered once the hold opens.
  Background waits_for(const std::string& target, std::string& reply) {
    return Background(
        "the client of " + target,
        [port = server.port(), target, &reply] { reply = ask(port, target); },
        [this] { hold.open(); });
  }

  Hold hold;
  Server server;
};

}  // namespace

TEST_CASE("server: answers one request after the other on a connection", "[tsan]") {
  Serving serving;
  Client client(serving.server.port());
  client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
  client.send("GET /c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto replies = client.rest();
  CHECK_THAT(replies, Contains("GET /a") && Contains("GET /b") && EndsWith("GET /c"));
}

TEST_CASE("server: HEAD has the headers of GET and no body", "[tsan]") {
  const Serving serving;
  const auto reply = ask(serving.server.port(), "/a", "", "HEAD");
  CHECK_THAT(reply, StartsWith("HTTP/1.1 200") && Contains("Content-Length: 7\r\n") &&
                        EndsWith("\r\n\r\n"));
}

TEST_CASE("server: what is no request, or too large a one, is refused and the connection closed") {
  const Serving serving({.header_bytes = 1000, .body_bytes = 100});
  const auto reply_to = [&](const std::string& bytes) {
    Client client(serving.server.port());
    client.send(bytes);
    return client.rest();
  };
  CHECK_THAT(reply_to("hello\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  CHECK_THAT(reply_to(std::string(5000, 'x')), StartsWith("HTTP/1.1 4"));
  CHECK_THAT(reply_to("GET / HTTP/1.1\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"),
             StartsWith("HTTP/1.1 431"));
  CHECK_THAT(reply_to("POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n"),
             StartsWith("HTTP/1.1 413"));
  CHECK_THAT(ask(serving.server.port(), "/still-there"), EndsWith("GET /still-there"));
}

TEST_CASE("server: who says nothing, or doesn't listen, is left after a while", "[tsan]") {
  const Serving serving({.step_seconds = 1});
  Client silent(serving.server.port());
  Client amid_a_word(serving.server.port());
  amid_a_word.send("GET / HT");
  CHECK(silent.rest().empty());
  CHECK(amid_a_word.rest().empty());
}

TEST_CASE("server: what takes time keeps nobody else waiting, and too much of it is refused",
          "[tsan]") {
  Serving serving({.waiting = 1});
  std::string slow;
  auto waits = serving.waits_for("/slow", slow);
  serving.hold.wait_until_reached();
  CHECK_THAT(ask(serving.server.port(), "/quick"), EndsWith("GET /quick"));
  CHECK_THAT(ask(serving.server.port(), "/slow"), StartsWith("HTTP/1.1 503"));
  serving.hold.open();
  waits.join();
  CHECK_THAT(slow, EndsWith("slow"));
}

TEST_CASE("server: a probe doesn't wait behind what takes time", "[tsan]") {
  Serving serving;
  std::string slow;
  const auto waits = serving.waits_for("/slow", slow);
  serving.hold.wait_until_reached();
  CHECK_THAT(ask(serving.server.port(), "/probe"), EndsWith("in time"));
}

TEST_CASE("server: a probe is given up after a while", "[tsan]") {
  const Serving serving({.probe_seconds = 1});
  CHECK_THAT(ask(serving.server.port(), "/stuck"), EndsWith("given up"));
}

TEST_CASE("server: a probe is given up at once where too many are under way", "[tsan]") {
  Serving serving({.probe_seconds = 3600, .probes = 1});
  std::string stuck;
  const auto waits = serving.waits_for("/stuck", stuck);
  serving.hold.wait_until_reached();
  CHECK_THAT(ask(serving.server.port(), "/probe"), EndsWith("given up"));
}

TEST_CASE("server: takes so many connections at once, and new ones when those are gone", "[tsan]") {
  const Serving serving({.connections = 2});
  {
    Client one(serving.server.port());
    Client other(serving.server.port());
    one.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    CHECK_THAT(one.rest(), EndsWith("GET /a"));  // so both have been accepted, or will be first
  }
  std::vector<std::unique_ptr<Client>> many;
  for (int i = 0; i < 5; ++i) many.push_back(std::make_unique<Client>(serving.server.port()));
  CHECK(many.back()->rest().empty());
}

TEST_CASE("server: a handler that throws costs its client the connection, and nobody else",
          "[tsan]") {
  const Serving serving({.waiting = 1});
  for (int i = 0; i < 3; ++i) CHECK(ask(serving.server.port(), "/memory").empty());
  CHECK_THAT(ask(serving.server.port(), "/a"), EndsWith("GET /a"));
}

TEST_CASE("server: a port that is taken is refused") {
  const Serving serving;
  CHECK_THROWS_AS(Server(serving.server.port(), nullptr, nullptr), std::system_error);
}

TEST_CASE("server: ends amid requests", "[tsan]") {
  auto serving = std::make_unique<Serving>();
  Background waits(
      "the client", [port = serving->server.port()] { ask(port, "/slow"); },
      [&] { serving.reset(); });
  serving->hold.wait_until_reached();
  Client idle(serving->server.port());
  serving.reset();
  CHECK(idle.rest().empty());
  waits.join();
}

}  // namespace aura::http
