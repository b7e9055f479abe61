#include "aura/queue/backoff.h"

#include <catch2/catch.hpp>

using aura::queue::backoff;
using aura::queue::BackoffPolicy;
using std::chrono::milliseconds;

TEST_CASE("backoff: doubles from the base, then stays at the ceiling") {
  constexpr BackoffPolicy kPolicy{milliseconds(100), milliseconds(1000)};
  constexpr double kLongest = 1;
  CHECK(backoff(kPolicy, 1, kLongest) == milliseconds(100));
  CHECK(backoff(kPolicy, 2, kLongest) == milliseconds(200));
  CHECK(backoff(kPolicy, 4, kLongest) == milliseconds(800));
  CHECK(backoff(kPolicy, 5, kLongest) == milliseconds(1000));
  CHECK(backoff(kPolicy, 1'000'000'000, kLongest) == milliseconds(1000));
}

TEST_CASE("backoff: at least half of it is waited") {
  constexpr BackoffPolicy kPolicy{milliseconds(100), milliseconds(1000)};
  CHECK(backoff(kPolicy, 1, 0) == milliseconds(50));
  CHECK(backoff({milliseconds(100), milliseconds(10)}, 1, 1) == milliseconds(10));
}

TEST_CASE("jittered: stays within its share") {
  for (int i = 0; i < 1000; ++i) {
    const auto wait = aura::queue::jittered(milliseconds(1000), 0.2);
    REQUIRE(wait >= milliseconds(800));
    REQUIRE(wait <= milliseconds(1200));
  }
}
