#include "repeat_limit.h"

#include <catch2/catch.hpp>
#include <string>

using aura::RepeatLimit;
using std::chrono::seconds;

namespace {

const RepeatLimit::Clock::time_point kStart{};

}  // namespace

TEST_CASE("repeat limit: what repeats too often is held back, and counted when it may pass again") {
  RepeatLimit limit;
  for (int i = 0; i < RepeatLimit::kMost; ++i) CHECK(limit.admit("a", kStart) == 0);
  for (int i = 0; i < 5; ++i) CHECK(!limit.admit("a", kStart + seconds(59)));
  CHECK(limit.admit("b", kStart + seconds(59)) == 0);
  CHECK(limit.admit("a", kStart + seconds(60)) == 5);
  CHECK(limit.admit("a", kStart + seconds(61)) == 0);
}

TEST_CASE(
    "repeat limit: of more keys than it remembers it forgets the oldest, but none held back") {
  RepeatLimit limit;
  for (int i = 0; i < RepeatLimit::kMost + 3; ++i) limit.admit("held back", kStart);
  for (int i = 0; i < RepeatLimit::kMost; ++i) limit.admit("old", kStart + seconds(1));
  for (std::size_t i = 0; i < RepeatLimit::kMostKeys; ++i)
    limit.admit(std::to_string(i), kStart + seconds(2));
  CHECK(limit.admit("old", kStart + seconds(3)) == 0);
  CHECK(limit.admit("held back", kStart + seconds(60)) == 3);
}

TEST_CASE("repeat limit: many keys are no way around it") {
  RepeatLimit limit;
  int passed = 0;
  for (std::size_t i = 0; i < 3 * RepeatLimit::kMostKeys; ++i) {
    limit.admit(std::to_string(i), kStart);
    if (i % 100 == 0 && limit.admit("again", kStart)) ++passed;
  }
  CHECK(passed == RepeatLimit::kMost);
}
