#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <mutex>
#include <string>
#include <thread>

#include "aura/base/env.h"
#include "aura/fetch/fetcher.h"
#include "aura/test/http_server.h"
#include "job_error.h"
#include "local.h"
#include "trust.h"

namespace aura::fetch {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using test::HttpServer;
using test::text_of;

FetchLimits through(const Env::Values& proxies) {
  auto limits = test::local_limits();
  limits.proxies = Proxies::from(Env(proxies));
  return limits;
}

/// A proxy that takes one CONNECT, whatever for, and answers with `answer`; after a 200 it passes
/// on what comes between its client and `port` of this machine.
class Tunnel {
 public:
  Tunnel(std::string answer, std::uint16_t port) : answer_(std::move(answer)), port_(port) {
    asio::co_spawn(io_, serve(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Tunnel() {
    io_.stop();
    thread_.join();
  }
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  std::string authority() const {
    return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  std::string request() const {
    const std::lock_guard lock(mutex_);
    return request_;
  }

 private:
  asio::awaitable<void> serve() {
    client_ = co_await acceptor_.async_accept(asio::use_awaitable);
    std::string asked;
    co_await asio::async_read_until(client_, asio::dynamic_buffer(asked), "\r\n\r\n",
                                    asio::use_awaitable);
    {
      const std::lock_guard lock(mutex_);
      request_ = asked;
    }
    co_await asio::async_write(client_, asio::buffer(answer_), asio::use_awaitable);
    if (!answer_.starts_with("HTTP/1.1 200")) {
      client_.close();
      co_return;
    }
    co_await server_.async_connect({asio::ip::address_v4::loopback(), port_}, asio::use_awaitable);
    asio::co_spawn(io_, pass(server_, client_), asio::detached);
    co_await pass(client_, server_);
  }

  static asio::awaitable<void> pass(tcp::socket& from, tcp::socket& to) try {
    std::string bytes(10'000, '\0');
    while (true) {
      const auto count = co_await from.async_read_some(asio::buffer(bytes), asio::use_awaitable);
      co_await asio::async_write(to, asio::buffer(bytes, count), asio::use_awaitable);
    }
  } catch (const boost::system::system_error&) {
    boost::system::error_code gone;
    to.shutdown(tcp::socket::shutdown_send, gone);
  }

  std::string answer_;
  std::uint16_t port_;
  asio::io_context io_;
  tcp::acceptor acceptor_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  tcp::socket client_{io_};
  tcp::socket server_{io_};
  mutable std::mutex mutex_;
  std::string request_;  // guarded by mutex_
  std::thread thread_;
};

TEST_CASE("proxy: plain requests go to it with the whole URL, and it looks the name up") {
  HttpServer proxy;
  proxy.serve("http://store.example/a%20b", test::ok("found"));
  const auto limits =
      through({{"http_proxy", "http://joe:pw@127.0.0.1:" + std::to_string(proxy.port())}});
  CHECK(text_of(Fetcher(limits).fetch("http://store.example/a b?q=1")) == "found");
  const auto request = proxy.requests("http://store.example/a%20b").at(0);
  CHECK(request.target == "http://store.example/a%20b?q=1");
  CHECK(request.headers.at("host") == "store.example");
  CHECK(request.headers.at("proxy-authorization") == "Basic am9lOnB3");
}

TEST_CASE("proxy: https goes through a tunnel, in which the proxy sees no more than the host") {
  const test::CertificateAuthority authority;
  HttpServer server(authority.issue("DNS:store.example"));
  server.serve("/a", test::ok(std::string(300'000, 'x')));
  const Tunnel tunnel("HTTP/1.1 200 Connection established\r\n\r\n", server.port());
  const auto fetcher = test::trusting(authority.certificate_pem(),
                                      through({{"https_proxy", "joe:pw@" + tunnel.authority()}}));
  CHECK(fetcher.fetch("https://store.example/a?sig=secret").file.size() == 300'000);
  CHECK(tunnel.request() ==
        "CONNECT store.example:443 HTTP/1.1\r\nHost: store.example:443\r\n"
        "Proxy-Authorization: Basic am9lOnB3\r\n\r\n");
  CHECK_FALSE(server.requests("/a").at(0).headers.contains("proxy-authorization"));
}

TEST_CASE("proxy: the certificate must still be the server's") {
  const test::CertificateAuthority authority;
  HttpServer server(authority.issue("DNS:other.example"));
  const Tunnel tunnel("HTTP/1.1 200 OK\r\n\r\n", server.port());
  const auto fetcher =
      test::trusting(authority.certificate_pem(), through({{"https_proxy", tunnel.authority()}}));
  CHECK(test::job_error([&] { fetcher.fetch("https://store.example/a"); }).code() ==
        "certificate_invalid");
}

TEST_CASE("proxy: its refusal is told as its own, without its name") {
  for (const std::string answer :
       {"HTTP/1.1 403 Forbidden\r\n\r\n", "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"}) {
    const Tunnel tunnel(answer, 0);
    const auto error = test::job_error([&] {
      Fetcher(through({{"https_proxy", "joe:s3cret@" + tunnel.authority()}}))
          .fetch("https://store.example/a");
    });
    CHECK(error.code() == "proxy_failed");
    CHECK(error.retryable());
    CHECK(std::string(error.what()).find("s3cret") == std::string::npos);
    CHECK(std::string(error.what()).find("127.0.0.1") == std::string::npos);
  }
}

TEST_CASE("proxy: what is no HTTP, or says too much, opens no tunnel") {
  for (const std::string answer :
       {"SSH-2.0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nearly", "HTTP/1.1 2"}) {
    // After the first two it would pass bytes on; nobody is there.
    const Tunnel tunnel(answer, 1);
    const auto error = test::job_error([&] {
      Fetcher(through({{"https_proxy", tunnel.authority()}})).fetch("https://store.example/a");
    });
    CHECK(error.retryable());
    CHECK((error.code() == "bad_response" || error.code() == "connection_lost"));
  }
}

TEST_CASE("proxy: one that isn't there is told as such") {
  const auto error = test::job_error([&] {
    Fetcher(through({{"https_proxy", "127.0.0.1:1"}})).fetch("https://store.example/a");
  });
  CHECK(error.code() == "connection_refused");
  CHECK(std::string(error.what()) == "the proxy refuses connections: try again later");
}

TEST_CASE("proxy: it is not asked for what is not public") {
  HttpServer proxy;
  const auto limits = through({{"http_proxy", "127.0.0.1:" + std::to_string(proxy.port())}});
  for (const std::string url : {"http://169.254.169.254/a", "http://db/a", "http://x.internal/a"}) {
    CHECK(test::job_error([&] { Fetcher(limits).fetch(url); }).code() == "url_forbidden");
    CHECK(proxy.requests(url).empty());
  }
}

TEST_CASE("proxy: what NO_PROXY lists is fetched directly, and judged as ever") {
  HttpServer server;
  server.serve("/a", test::ok("direct"));
  const auto limits = through({{"http_proxy", "127.0.0.1:1"}, {"no_proxy", "10.0.0.0/8"}});
  CHECK(text_of(Fetcher(limits).fetch(server.url("/a"))) == "direct");
  CHECK(test::job_error([&] { Fetcher(limits).fetch("http://10.0.0.1/a"); }).code() ==
        "url_forbidden");
}

}  // namespace
}  // namespace aura::fetch
