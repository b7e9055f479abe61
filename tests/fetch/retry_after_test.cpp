#include "retry_after.h"

#include <catch2/catch.hpp>
#include <chrono>

namespace aura::fetch {
namespace {

using namespace std::chrono_literals;

// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110, 5.6.7.
constexpr std::chrono::system_clock::time_point kNow{784111777s};

TEST_CASE("Retry-After: a number is seconds") {
  CHECK(parse_retry_after("120", kNow) == 120s);
  CHECK(parse_retry_after("0", kNow) == 0s);
}

TEST_CASE("Retry-After: a date is counted from now, and never back") {
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", kNow) == 60s);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:50:37 GMT", kNow + 1ms) == 60s);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", kNow) == 0s);
  CHECK(parse_retry_after("Sat, 05 Nov 1994 08:49:37 GMT", kNow) == 0s);
}

TEST_CASE("Retry-After: nobody makes a job wait for more than an hour") {
  CHECK(parse_retry_after("3601", kNow) == 3600s);
  CHECK(parse_retry_after("99999999999999999999", kNow) == 3600s);
  CHECK(parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", kNow) == 3600s);
}

TEST_CASE("Retry-After: what can't be understood asks for nothing") {
  for (const auto* value : {"", "soon", "-1", "1.5", "10 s", "Sun, 06 Nov 1994",
                            "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49:37 GMT+1"}) {
    CAPTURE(value);
    CHECK_FALSE(parse_retry_after(value, kNow));
  }
}

}  // namespace
}  // namespace aura::fetch
