#include "aura/fetch/limits.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "aura/base/env.h"
#include "aura/base/error.h"

namespace aura::fetch {
namespace {

using namespace std::chrono_literals;

TEST_CASE("fetch limits: an empty environment gives the defaults") {
  const auto limits = FetchLimits::from(Env(Env::Values{}));
  CHECK(limits.max_bytes == 200 * 1024 * 1024);
  CHECK(limits.max_header_bytes == 32 * 1024);
  CHECK(limits.max_redirects == 5);
  CHECK(limits.per_host == 8);
  CHECK(limits.resolve_timeout == 10s);
  CHECK(limits.connect_timeout == 10s);
  CHECK(limits.tls_timeout == 10s);
  CHECK(limits.first_byte_timeout == 30s);
  CHECK(limits.idle_timeout == 20s);
  CHECK(limits.total_timeout == 300s);
}

TEST_CASE("fetch limits: each has its setting") {
  const auto limits = FetchLimits::from(Env(Env::Values{{"MAX_AUDIO_MB", "3"},
                                                        {"FETCH_MAX_HEADER_KB", "8"},
                                                        {"FETCH_MAX_REDIRECTS", "0"},
                                                        {"FETCH_PER_HOST", "2"},
                                                        {"FETCH_RESOLVE_TIMEOUT", "2.5"},
                                                        {"FETCH_CONNECT_TIMEOUT", "1.5"},
                                                        {"FETCH_TLS_TIMEOUT", "3"},
                                                        {"FETCH_FIRST_BYTE_TIMEOUT", "4"},
                                                        {"FETCH_IDLE_TIMEOUT", "7"},
                                                        {"FETCH_TIMEOUT", "60"}}));
  CHECK(limits.max_bytes == 3 * 1024 * 1024);
  CHECK(limits.max_header_bytes == 8 * 1024);
  CHECK(limits.max_redirects == 0);
  CHECK(limits.per_host == 2);
  CHECK(limits.resolve_timeout == 2500ms);
  CHECK(limits.connect_timeout == 1500ms);
  CHECK(limits.tls_timeout == 3s);
  CHECK(limits.first_byte_timeout == 4s);
  CHECK(limits.idle_timeout == 7s);
  CHECK(limits.total_timeout == 60s);
}

TEST_CASE("fetch limits: where downloads may lead has its settings too") {
  const auto limits = FetchLimits::from(
      Env(Env::Values{{"AURA_ALLOW_HOSTS", "store:9000"}, {"HTTPS_PROXY", "http://p:3128"}}));
  CHECK(limits.allowed_hosts.has_name(parse_url("http://store:9000/")));
  CHECK_FALSE(limits.allowed_hosts.has_name(parse_url("http://store/")));
  CHECK(limits.proxies.find(parse_url("https://example.com/"))->host == "p");
}

TEST_CASE("fetch limits: what makes no sense is refused") {
  CHECK_THROWS_AS(FetchLimits::from(Env(Env::Values{{"MAX_AUDIO_MB", "0"}})), ConfigError);
  CHECK_THROWS_AS(FetchLimits::from(Env(Env::Values{{"FETCH_TIMEOUT", "0"}})), ConfigError);
  CHECK_THROWS_AS(FetchLimits::from(Env(Env::Values{{"FETCH_MAX_REDIRECTS", "-1"}})), ConfigError);
  CHECK_THROWS_AS(FetchLimits::from(Env(Env::Values{{"FETCH_PER_HOST", "0"}})), ConfigError);
  CHECK_THROWS_WITH(FetchLimits::from(Env(Env::Values{{"AURA_ALLOW_HOSTS", "a,http://b"}})),
                    "AURA_ALLOW_HOSTS must list host, host:port or address/bits, not 'http://b'");
}

}  // namespace
}  // namespace aura::fetch
