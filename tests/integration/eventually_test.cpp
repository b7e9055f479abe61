#include "aura/test/eventually.h"

#include <atomic>
#include <catch2/catch.hpp>

#include "aura/test/background.h"

namespace aura::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("eventually: asks until it is so, and at least once") {
  int asked = 0;
  eventually("the third time", [&] { return ++asked == 3; });
  CHECK(asked == 3);
  eventually(
      "now", [] { return true; }, milliseconds(0));
}

TEST_CASE("eventually: says what has not come in time") {
  const auto waited = duration_of([] {
    CHECK_THROWS_WITH(eventually(
                          "a train", [] { return false; }, milliseconds(20)),
                      Catch::Contains("a train"));
  });
  CHECK(waited >= milliseconds(20));
  CHECK(waited < kPatience);
}

TEST_CASE("background: a test that fails ends its thread, and one that waits gets its error") {
  std::atomic<bool> may_end = false;
  const auto work = [&] {
    eventually("the end", [&] { return may_end.load(); });
    throw std::logic_error("from the thread");
  };
  const auto end = [&] { may_end = true; };
  const auto failing_test = [&] {
    const Background thread("the thread", work, end);
    throw std::domain_error("from the test");
  };
  CHECK_THROWS_WITH(failing_test(), "from the test");
  REQUIRE(may_end);
  Background thread("the thread", work, end);
  CHECK_THROWS_WITH(thread.join(), "from the thread");
}

}  // namespace
}  // namespace aura::test
