#include "policy.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "job_error.h"

namespace aura::fetch {
namespace {

namespace ip = boost::asio::ip;

const HostList kNone;

HostList allowing(const std::string& list) {
  return HostList::parse("AURA_ALLOW_HOSTS", list, HostList::Names::kExact);
}

std::vector<ip::tcp::endpoint> endpoints(const std::vector<std::string>& addresses) {
  std::vector<ip::tcp::endpoint> result;
  for (const auto& address : addresses) result.emplace_back(ip::make_address(address), 80);
  return result;
}

TEST_CASE("URL policy: the first and the last address of every special range are not public") {
  for (const std::string address : {"0.0.0.0",
                                    "0.255.255.255",
                                    "10.0.0.0",
                                    "10.255.255.255",
                                    "100.64.0.0",
                                    "100.127.255.255",
                                    "127.0.0.1",
                                    "127.255.255.255",
                                    "168.63.129.16",
                                    "169.254.0.0",
                                    "169.254.169.254",
                                    "169.254.255.255",
                                    "172.16.0.0",
                                    "172.31.255.255",
                                    "192.0.0.0",
                                    "192.0.0.255",
                                    "192.0.2.0",
                                    "192.0.2.255",
                                    "192.88.99.1",
                                    "192.168.0.0",
                                    "192.168.255.255",
                                    "198.18.0.0",
                                    "198.19.255.255",
                                    "198.51.100.0",
                                    "198.51.100.255",
                                    "203.0.113.0",
                                    "203.0.113.255",
                                    "224.0.0.0",
                                    "239.255.255.255",
                                    "240.0.0.0",
                                    "255.255.255.255",
                                    "::",
                                    "::1",
                                    "::7f00:1",
                                    "::ffff:127.0.0.1",
                                    "::ffff:8.8.8.8",
                                    "64:ff9b::a9fe:a9fe",
                                    "64:ff9b::808:808",
                                    "64:ff9b:1::1",
                                    "100::1",
                                    "1fff:ffff::1",
                                    "2001::1",
                                    "2001:1ff:ffff::1",
                                    "2001:db8::1",
                                    "2002:7f00:1::1",
                                    "2002:808:808::1",
                                    "3fff:fff::1",
                                    "4000::1",
                                    "5f00::1",
                                    "fc00::1",
                                    "fd00:ec2::254",
                                    "fe80::1",
                                    "febf::1",
                                    "fec0::1",
                                    "ff02::1"}) {
    CAPTURE(address);
    CHECK_FALSE(is_public(ip::make_address(address)));
  }
}

TEST_CASE("URL policy: the neighbours of the special ranges are public") {
  for (const std::string address :
       {"1.0.0.0",         "8.8.8.8",         "9.255.255.255",   "11.0.0.0",
        "100.63.255.255",  "100.128.0.0",     "126.255.255.255", "128.0.0.0",
        "168.63.129.17",   "169.253.255.255", "169.255.0.0",     "172.15.255.255",
        "172.32.0.0",      "191.255.255.255", "192.0.1.0",       "192.0.3.0",
        "192.167.255.255", "192.169.0.0",     "198.17.255.255",  "198.20.0.0",
        "198.51.99.255",   "198.51.101.0",    "203.0.112.255",   "203.0.114.0",
        "223.255.255.255", "2000::1",         "2001:200::1",     "2001:db7:ffff::1",
        "2001:db9::1",     "2003::1",         "2606:4700::1",    "3ffe:ffff::1",
        "3fff:1000::1"}) {
    CAPTURE(address);
    CHECK(is_public(ip::make_address(address)));
  }
}

TEST_CASE("URL policy: one address that is not public forbids the name") {
  const Url url = parse_url("http://h.example/");
  CHECK_NOTHROW(require_allowed(url, endpoints({"8.8.8.8", "2606:4700::1"}), kNone));
  for (const auto& mixed : {endpoints({"8.8.8.8", "10.0.0.1"}), endpoints({"::1", "8.8.8.8"})}) {
    const auto error = test::job_error([&] { require_allowed(url, mixed, kNone); });
    CHECK(error.code() == "url_forbidden");
    CHECK_FALSE(error.retryable());
  }
}

TEST_CASE("URL policy: the refusal names the way out and no address") {
  const auto error = test::job_error([] {
    require_allowed(parse_url("http://h.example/?secret"), endpoints({"10.20.30.40"}), kNone);
  });
  const std::string message = error.what();
  CHECK(message.find("h.example") != std::string::npos);
  CHECK(message.find("AURA_ALLOW_HOSTS") != std::string::npos);
  CHECK(message.find("10.20") == std::string::npos);
  CHECK(message.find("secret") == std::string::npos);
}

TEST_CASE("URL policy: what an operator allows is fine, by name or by address") {
  const Url url = parse_url("http://store/");
  const auto inside = endpoints({"10.0.0.7", "fd00::7"});
  CHECK_NOTHROW(require_allowed(url, inside, allowing("store")));
  CHECK_NOTHROW(require_allowed(url, inside, allowing("store:80")));
  CHECK_NOTHROW(require_allowed(url, inside, allowing("10.0.0.0/24 fd00::/8")));
  CHECK_THROWS_AS(require_allowed(url, inside, allowing("store:81")), JobError);
  CHECK_THROWS_AS(require_allowed(url, inside, allowing("other")), JobError);
  CHECK_THROWS_AS(require_allowed(url, inside, allowing("10.0.0.0/24")), JobError);
}

TEST_CASE("URL policy: for a proxy, addresses are judged and local names refused") {
  for (const std::string text :
       {"http://localhost/", "http://a.localhost/", "http://printer.local/", "http://db/",
        "http://metadata.google.internal/", "http://nas.home.arpa/", "http://home.arpa/",
        "http://10.0.0.1/", "http://169.254.169.254/", "http://[::1]/",
        "http://[::ffff:10.0.0.1]/"}) {
    CAPTURE(text);
    CHECK(test::job_error([&] { require_allowed_by_name(parse_url(text), kNone); }).code() ==
          "url_forbidden");
  }
  for (const std::string text :
       {"http://example.com/", "http://8.8.8.8/", "http://notlocal.example/", "http://a.b.c/"}) {
    CHECK_NOTHROW(require_allowed_by_name(parse_url(text), kNone));
  }
  CHECK_NOTHROW(require_allowed_by_name(parse_url("http://db/"), allowing("db")));
  CHECK_NOTHROW(require_allowed_by_name(parse_url("http://10.0.0.1/"), allowing("10.0.0.1")));
}

}  // namespace
}  // namespace aura::fetch
