#include "aura/base/wait.h"

#include <catch2/catch.hpp>

using std::chrono::hours;
using std::chrono::milliseconds;

TEST_CASE("wait_for: ends at once when stopping was asked for") {
  std::stop_source stop;
  stop.request_stop();
  CHECK(!aura::wait_for(hours(1), stop.get_token()));
}

TEST_CASE("wait_for: tells that the time passed") {
  CHECK(aura::wait_for(milliseconds(1), std::stop_token{}));
}
