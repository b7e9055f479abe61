#include <catch2/catch.hpp>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "aura/base/error.h"
#include "aura/fetch/fetcher.h"
#include "aura/test/http_server.h"
#include "local.h"
#include "trust.h"

namespace aura::fetch {
namespace {

using test::Gate;
using test::HttpServer;

/// Fetches what `gate` holds back, and stops once the server has come to the gate. The default
/// limits are far longer than a test may take, so it ends by Stopped or not in time.
void stop_at(Gate& gate, const Fetcher& fetcher, const std::string& url) {
  std::stop_source source;
  const std::jthread stopper([&] {
    gate.wait_until_reached();
    source.request_stop();
  });
  CHECK_THROWS_AS(fetcher.fetch(url, source.get_token()), Stopped);
}

TEST_CASE("stopping a fetch: ends it while it waits for the reply and amid the body", "[tsan]") {
  const bool is_tls = GENERATE(false, true);
  const test::Reply whole = test::ok("abcdef");
  const std::size_t at = GENERATE_COPY(std::size_t{0}, whole.bytes.size() - 3);
  const auto gate = std::make_shared<Gate>();
  const test::CertificateAuthority authority;
  HttpServer server(is_tls ? std::optional(authority.issue("IP:127.0.0.1")) : std::nullopt);
  server.serve("/a", whole.held_by(gate, at));
  stop_at(*gate, test::trusting(authority.certificate_pem()), server.url("/a"));
}

TEST_CASE("stopping a fetch: ends one that never waits", "[tsan]") {
  const auto gate = std::make_shared<Gate>();
  gate->open();
  HttpServer server;
  test::Reply endless = test::chunked({}, false).held_by(gate);
  endless.endless = "1\r\nx\r\n";
  server.serve("/a", endless);
  stop_at(*gate, Fetcher(test::local_limits()), server.url("/a"));
}

TEST_CASE("stopping a fetch: one stopped before it starts asks for nothing", "[tsan]") {
  HttpServer server;
  server.serve("/a", test::ok("x"));
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_AS(Fetcher(test::local_limits()).fetch(server.url("/a"), source.get_token()),
                  Stopped);
  CHECK(server.requests("/a").empty());
}

TEST_CASE("stopping a fetch: a stop that comes too late changes nothing", "[tsan]") {
  HttpServer server;
  server.serve("/a", test::ok("x"));
  std::stop_source source;
  const Fetcher fetcher(test::local_limits());
  CHECK(fetcher.fetch(server.url("/a"), source.get_token()).file.size() == 1);
  source.request_stop();
}

}  // namespace
}  // namespace aura::fetch
