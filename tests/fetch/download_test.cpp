#include "download.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "aura/test/eventually.h"
#include "aura/test/http_server.h"
#include "download_now.h"
#include "job_error.h"

namespace aura::fetch {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using test::HttpServer;
using namespace std::chrono_literals;

Resolve always(std::vector<std::string> addresses) {
  return [addresses = std::move(addresses)](const std::string&) { return addresses; };
}

TEST_CASE("download: an address that takes no connection leaves it to the next") {
  // The server listens at 127.0.0.1 alone.
  const auto resolve = always({"127.0.0.3", "127.0.0.2", "127.0.0.1"});
  HttpServer server;
  server.serve("/a", test::ok("found"));
  CHECK(test::download(server.url("/a", "many.example"), test::local_limits(), resolve) == "found");
}

TEST_CASE("download: a host none of whose addresses takes a connection refuses it") {
  HttpServer server;
  const auto error = test::job_error([&] {
    test::download(server.url("/a", "many.example"), test::local_limits(),
                   always({"127.0.0.3", "127.0.0.2"}));
  });
  CHECK(error.code() == "connection_refused");
}

TEST_CASE("download: a public name that doesn't exist is final, any other may come back") {
  using boost::asio::error::netdb_errors;
  const auto [name, ec, retryable] = GENERATE(table<std::string, netdb_errors, bool>({
      {"nowhere.example", asio::error::host_not_found, false},
      {"nowhere.example", asio::error::host_not_found_try_again, true},
      {"nowhere.example", asio::error::no_recovery, true},
      {"store.example", asio::error::host_not_found, true},  // allowed by an operator
      {"store", asio::error::host_not_found, true},          // of a local network
      {"store.internal", asio::error::host_not_found, true},
  }));
  CAPTURE(name, ec);
  FetchLimits limits;
  limits.allowed_hosts = HostList::parse("", "store.example", HostList::Names::kExact);
  const auto error = test::job_error([&, failure = ec] {
    test::download("http://" + name + "/a", limits,
                   [=](const std::string&) -> std::vector<std::string> {
                     throw boost::system::system_error(make_error_code(failure));
                   });
  });
  CHECK(error.code() == "host_not_found");
  CHECK(error.retryable() == retryable);
}

TEST_CASE("download: the server is told the name, whatever its address") {
  HttpServer server;
  server.serve("/a", test::ok("x"));
  test::download(server.url("/a", "b\u00fccher.example"), test::local_limits(),
                 always({"127.0.0.1"}));
  CHECK(server.requests("/a").at(0).headers.at("host") ==
        "xn--bcher-kva.example:" + std::to_string(server.port()));
}

TEST_CASE("download: resolving that hangs is given up") {
  const auto release = std::make_shared<std::promise<void>>();
  const auto left = std::make_shared<std::promise<void>>();
  auto limits = test::local_limits();
  limits.resolve_timeout = 150ms;
  const auto error = test::job_error([&] {
    test::download("http://slow.example/", limits, [=](const std::string&) {
      release->get_future().wait();
      left->set_value();
      return std::vector<std::string>{"127.0.0.1"};
    });
  });
  CHECK(error.code() == "timeout");
  CHECK(error.retryable());
  CHECK(std::string(error.what()) ==
        "slow.example could not be resolved within 0.15 s: try again later");
  release->set_value();
  CHECK(left->get_future().wait_for(test::kPatience) == std::future_status::ready);
}

TEST_CASE("download: an IPv6 server is reached by its address") {
  asio::io_context io;
  tcp::acceptor acceptor(io);
  boost::system::error_code no_ipv6;
  const tcp::endpoint endpoint(asio::ip::address_v6::loopback(), 0);
  acceptor.open(tcp::v6(), no_ipv6);
  if (!no_ipv6) acceptor.bind(endpoint, no_ipv6);
  if (no_ipv6) {
    WARN("this machine has no IPv6");
    return;
  }
  acceptor.listen();
  std::string request;
  boost::system::error_code no_client;
  acceptor.non_blocking(true);
  std::jthread server([&] {
    tcp::socket client(io);
    test::eventually("a client comes", [&] {
      acceptor.accept(client, no_client);
      return !no_client;
    });
    asio::read_until(client, asio::dynamic_buffer(request), "\r\n\r\n");
    asio::write(client, asio::buffer(test::ok("found").bytes));
  });
  const std::string authority = "[::1]:" + std::to_string(acceptor.local_endpoint().port());
  CHECK(test::download("http://" + authority + "/a", test::local_limits(), always({})) == "found");
  server.join();
  CHECK(request.find("Host: " + authority + "\r\n") != std::string::npos);
}

}  // namespace
}  // namespace aura::fetch
