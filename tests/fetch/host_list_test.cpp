#include "aura/fetch/host_list.h"

#include <boost/asio/ip/address.hpp>
#include <catch2/catch.hpp>
#include <string>

#include "aura/base/error.h"

namespace aura::fetch {
namespace {

using Names = HostList::Names;

HostList list_of(const std::string& text, Names names = Names::kExact) {
  return HostList::parse("SETTING", text, names);
}

bool has_name(const HostList& list, const std::string& url) {
  return list.has_name(parse_url(url));
}

bool has_address(const HostList& list, const std::string& text, std::uint16_t port = 80) {
  const auto address = boost::asio::ip::make_address(text);
  return address.is_v4() ? list.has_address(address.to_v4().to_bytes(), port)
                         : list.has_address(address.to_v6().to_bytes(), port);
}

TEST_CASE("host list: an empty one has nothing") {
  for (const std::string text : {"", " , \t,,"}) {
    CHECK_FALSE(has_name(list_of(text), "http://h/"));
    CHECK_FALSE(has_address(list_of(text), "127.0.0.1"));
  }
}

TEST_CASE("host list: entries stand between commas or blanks") {
  const auto list = list_of("a.example,b.example c.example ,\t10.0.0.1,");
  for (const std::string host : {"a", "b", "c"}) {
    CHECK(has_name(list, "http://" + host + ".example/"));
  }
  CHECK(has_address(list, "10.0.0.1"));
}

TEST_CASE("host list: a name is itself, in either case, and none that it ends") {
  const auto list = list_of("Store.Example");
  CHECK(has_name(list, "https://STORE.example:8443/x"));
  CHECK_FALSE(has_name(list, "http://my.store.example/"));
  CHECK_FALSE(has_name(list, "http://mystore.example/"));
  CHECK_FALSE(has_name(list, "http://example/"));
  CHECK(has_name(list_of("b\u00fccher.example"), "http://xn--bcher-kva.example/"));
}

TEST_CASE("host list: a name with a dot before it, or where so wanted, has its subdomains") {
  for (const auto& list :
       {list_of(".example.com"), list_of("example.com", Names::kWithSubdomains)}) {
    CHECK(has_name(list, "http://example.com/"));
    CHECK(has_name(list, "http://a.b.example.com/"));
    CHECK_FALSE(has_name(list, "http://badexample.com/"));
  }
}

TEST_CASE("host list: a port narrows an entry") {
  const auto list = list_of("store:9000,127.0.0.1:8080,[::1]:8080,web:80");
  CHECK(has_name(list, "http://store:9000/"));
  CHECK_FALSE(has_name(list, "http://store/"));
  CHECK(has_name(list, "http://web/"));
  CHECK_FALSE(has_name(list, "https://web/"));
  CHECK(has_address(list, "127.0.0.1", 8080));
  CHECK_FALSE(has_address(list, "127.0.0.1", 80));
  CHECK(has_address(list, "::1", 8080));
}

TEST_CASE("host list: a network has just the addresses that start with its bits") {
  const auto list = list_of("10.1.0.0/17,192.168.7.7/32,fd00:1::/33,[2001:db8::1]");
  CHECK(has_address(list, "10.1.127.255"));
  CHECK_FALSE(has_address(list, "10.1.128.0"));
  CHECK(has_address(list, "192.168.7.7"));
  CHECK_FALSE(has_address(list, "192.168.7.6"));
  CHECK(has_address(list, "fd00:1:7fff::1"));
  CHECK_FALSE(has_address(list, "fd00:1:8000::1"));
  CHECK(has_address(list, "2001:db8::1"));
  CHECK(has_address(list_of("0.0.0.0/0"), "8.8.8.8"));
  CHECK_FALSE(has_address(list_of("0.0.0.0/0"), "::1"));
}

TEST_CASE("host list: what is no host is refused, with the setting and the entry") {
  for (const std::string text :
       {"http://store/", "store/", "10.0.0.0/33", "10.0.0.0/", "::/129", "10.0.0/8", "a..b",
        "u:p@store", "store:0", "store:x", "*", "[::1", "fe80::1%eth0", "store?x"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(list_of("good.example," + text), ConfigError);
    CHECK_THROWS_WITH(list_of("good.example," + text),
                      "SETTING must list host, host:port or address/bits, not '" + text + "'");
  }
}

}  // namespace
}  // namespace aura::fetch
