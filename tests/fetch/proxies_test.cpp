#include "aura/fetch/proxies.h"

#include <catch2/catch.hpp>
#include <string>

#include "aura/base/env.h"
#include "aura/base/error.h"

namespace aura::fetch {
namespace {

Proxies from(const Env::Values& values) {
  return Proxies::from(Env(values));
}

/// "host:port" of the proxy for `url`; "" for none.
std::string proxy_for(const Proxies& proxies, const std::string& url) {
  const Proxy* const proxy = proxies.find(parse_url(url));
  return proxy == nullptr ? "" : proxy->host + ":" + std::to_string(proxy->port);
}

TEST_CASE("proxies: without settings there are none") {
  CHECK(proxy_for(from({}), "https://example.com/").empty());
}

TEST_CASE("proxies: each scheme has its own") {
  const auto proxies = from({{"HTTP_PROXY", "http://p:81"}, {"HTTPS_PROXY", "q.example:3128/"}});
  CHECK(proxy_for(proxies, "http://example.com/") == "p:81");
  CHECK(proxy_for(proxies, "https://example.com/") == "q.example:3128");
  CHECK(proxy_for(from({{"HTTPS_PROXY", "http://[fd00::1]:81"}}), "https://a.example/") ==
        "fd00::1:81");
  CHECK(proxy_for(from({{"HTTPS_PROXY", "http://p:81"}}), "http://example.com/").empty());
}

TEST_CASE("proxies: names in lower case win") {
  CHECK(proxy_for(from({{"HTTPS_PROXY", "p:1"}, {"https_proxy", "q:2"}}), "https://a.example/") ==
        "q:2");
  CHECK(proxy_for(from({{"http_proxy", "q:2"}, {"NO_PROXY", "a.example"}, {"no_proxy", "b"}}),
                  "http://a.example/") == "q:2");
}

TEST_CASE("proxies: NO_PROXY has names with their subdomains, addresses, networks or all") {
  const Env::Values values{{"HTTPS_PROXY", "p:81"},
                           {"NO_PROXY", "corp.example, .lan.example,10.0.0.0/8 192.0.2.1"}};
  const auto proxies = from(values);
  for (const std::string host :
       {"corp.example", "a.corp.example", "b.lan.example", "10.1.2.3", "192.0.2.1"}) {
    CAPTURE(host);
    CHECK(proxy_for(proxies, "https://" + host + "/").empty());
  }
  for (const std::string host : {"corp.example.com", "mycorp.example", "11.1.2.3", "192.0.2.2"}) {
    CAPTURE(host);
    CHECK(proxy_for(proxies, "https://" + host + "/") == "p:81");
  }
  CHECK(
      proxy_for(from({{"HTTPS_PROXY", "p:81"}, {"NO_PROXY", "*"}}), "https://a.example/").empty());
}

TEST_CASE("proxies: this machine itself is never asked of one") {
  const auto proxies = from({{"HTTP_PROXY", "p:81"}});
  for (const std::string host : {"localhost:8080", "127.0.0.1", "127.9.9.9:81", "[::1]"}) {
    CHECK(proxy_for(proxies, "http://" + host + "/").empty());
  }
}

TEST_CASE("proxies: user name and password become a Basic authorization, decoded") {
  const auto proxies = from({{"HTTPS_PROXY", "http://Aladdin:open%20sesame@p:81"}});
  // RFC 7617, 2 has this example.
  CHECK(proxies.find(parse_url("https://a.example/"))->authorization ==
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST_CASE("proxies: what is no HTTP proxy is refused without repeating it") {
  for (const std::string text :
       {"socks5://s3cret@p:1", "https://u:s3cret@p:1", "http://u:s3cret@", "http://u:s3cret@p:x",
        "http://u:s3cret@p:1/path", "http://s3cret/@p:1@"}) {
    CAPTURE(text);
    std::string message;
    try {
      from({{"https_proxy", text}});
    } catch (const ConfigError& error) {
      message = error.what();
    }
    CHECK(message.starts_with("https_proxy must look like http://"));
    CHECK(message.find("s3cret") == std::string::npos);
  }
  CHECK_THROWS_WITH(from({{"NO_PROXY", "http://x/"}}),
                    Catch::Matchers::StartsWith("NO_PROXY must"));
}

}  // namespace
}  // namespace aura::fetch
