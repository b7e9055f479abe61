#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "aura/fetch/fetcher.h"
#include "aura/test/http_server.h"
#include "job_error.h"
#include "local.h"
#include "trust.h"

namespace aura::fetch {
namespace {

using test::HttpServer;
using test::Reply;
using namespace std::chrono_literals;

constexpr auto kNames = "DNS:localhost,IP:127.0.0.1";

const test::CertificateAuthority& authority() {
  static const test::CertificateAuthority made_once;
  return made_once;
}

Fetcher trusting_fetcher(const FetchLimits& limits = test::local_limits()) {
  return test::trusting(authority().certificate_pem(), limits);
}

std::string fetch(const std::string& url) {
  return test::text_of(trusting_fetcher().fetch(url));
}

JobError failure(const std::string& url) {
  return test::job_error([&] { fetch(url); });
}

TEST_CASE("fetcher over TLS: a trusted server delivers, by name and by address") {
  HttpServer server(authority().issue(kNames));
  const std::string body(300'000, 'x');
  server.serve("/length", test::ok(body));
  server.serve("/chunks", test::chunked({body, "y"}));
  server.serve("/close", test::until_close(body));
  CHECK(fetch(server.url("/length")) == body);
  CHECK(fetch(server.url("/length", "localhost")) == body);
  CHECK(fetch(server.url("/chunks", "localhost")) == body + "y");
  CHECK(fetch(server.url("/close", "localhost")) == body);
}

TEST_CASE("fetcher over TLS: a certificate for another name or address is refused for good") {
  HttpServer server(authority().issue("DNS:example.com,IP:127.0.0.2"));
  server.serve("/a", test::ok("x"));
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    const auto error = failure(server.url("/a", host));
    CHECK(error.code() == "certificate_invalid");
    CHECK_FALSE(error.retryable());
    CHECK(std::string(error.what()).find("mismatch") != std::string::npos);
  }
  CHECK(server.requests("/a").empty());
}

TEST_CASE("fetcher over TLS: an expired certificate and an unknown authority are refused") {
  HttpServer expired(authority().issue(kNames, -1h));
  CHECK(failure(expired.url("/a")).code() == "certificate_invalid");
  HttpServer unknown(test::CertificateAuthority().issue(kNames));
  CHECK(failure(unknown.url("/a")).code() == "certificate_invalid");
  HttpServer known(authority().issue(kNames));
  CHECK(test::job_error([&] { Fetcher(test::local_limits()).fetch(known.url("/a")); }).code() ==
        "certificate_invalid");
}

TEST_CASE("fetcher over TLS: no redirect leads from https to http, the other way one does") {
  HttpServer secure(authority().issue(kNames));
  HttpServer plain;
  secure.serve("/down", test::redirect(302, plain.url("/a")));
  secure.serve("/a", test::ok("safe"));
  plain.serve("/up", test::redirect(302, secure.url("/a")));
  plain.serve("/a", test::ok("unsafe"));
  const auto error = failure(secure.url("/down"));
  CHECK(error.code() == "redirect_insecure");
  CHECK_FALSE(error.retryable());
  CHECK(plain.requests("/a").empty());
  CHECK(fetch(plain.url("/up")) == "safe");
}

TEST_CASE("fetcher over TLS: the reply says whether all has come, not the end of TLS") {
  HttpServer server(authority().issue(kNames));
  const auto cut = [](Reply reply) {
    reply.close_notify = false;
    return reply;
  };
  server.serve("/length", cut(test::ok("abc")));
  server.serve("/chunks", cut(test::chunked({"abc"})));
  server.serve("/close", cut(test::until_close("abc")));
  for (const std::string path : {"/length", "/chunks", "/close"}) {
    CHECK(fetch(server.url(path)) == "abc");
  }
  server.serve("/length", cut(test::promising(100, "abc")));
  server.serve("/chunks", cut(test::chunked({"abc"}, false)));
  server.serve("/close", cut({"HTTP/1.1 200 OK\r\n"}));
  for (const std::string path : {"/length", "/chunks", "/close"}) {
    const auto error = failure(server.url(path));
    CHECK(error.code() == "connection_lost");
    CHECK(error.retryable());
  }
}

TEST_CASE("fetcher over TLS: a server that speaks none is told from one that can't be trusted") {
  HttpServer plain;
  const auto error = failure("https://127.0.0.1:" + std::to_string(plain.port()) + "/a");
  CHECK(error.retryable());
  CHECK((error.code() == "tls_failed" || error.code() == "connection_lost"));
}

TEST_CASE("fetcher over TLS: a handshake that never comes is given up") {
  // The kernel accepts the connection; nobody ever reads from it.
  boost::asio::io_context io;
  using boost::asio::ip::tcp;
  const tcp::acceptor silent(io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  FetchLimits limits = test::local_limits();
  limits.tls_timeout = 150ms;
  const auto error = test::job_error([&] {
    trusting_fetcher(limits).fetch(
        "https://127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/a");
  });
  CHECK(error.code() == "timeout");
  CHECK(error.retryable());
  CHECK(std::string(error.what()) ==
        "127.0.0.1 did not complete a secure connection within 0.15 s: try again later");
}

TEST_CASE("fetcher over TLS: one serves many threads at once", "[tsan]") {
  HttpServer server(authority().issue(kNames));
  server.serve("/a", test::ok(std::string(50'000, 'x')));
  const Fetcher fetcher = trusting_fetcher();
  std::vector<std::size_t> sizes(8);
  {
    std::vector<std::jthread> threads;
    for (auto& size : sizes) {
      threads.emplace_back([&] { size = fetcher.fetch(server.url("/a")).file.size(); });
    }
  }
  CHECK(sizes == std::vector<std::size_t>(8, 50'000));
}

}  // namespace
}  // namespace aura::fetch
