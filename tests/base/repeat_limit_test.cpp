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

TEST_CASE("repeat limit: it remembers so many keys and no more, and forgets the old ones for new") {
  RepeatLimit limit;
  const auto admit_ten_more = [&](const std::string& key, RepeatLimit::Clock::time_point now) {
    bool all = true;
    for (int i = 0; i <= RepeatLimit::kMost; ++i) all = limit.admit(key, now).has_value() && all;
    return all;
  };
  for (std::size_t i = 0; i < RepeatLimit::kMostKeys; ++i) limit.admit(std::to_string(i), kStart);
  CHECK(admit_ten_more("new", kStart + seconds(1)));
  CHECK(!admit_ten_more("new", kStart + seconds(61)));
}
