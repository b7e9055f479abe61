#include "outage.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

using aura::worker::Outage;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

auto lines(const std::ostringstream& sink) {
  const auto text = sink.str();
  return std::count(text.begin(), text.end(), '\n');
}

}  // namespace

TEST_CASE("outage: said at once, then once a minute, and when it is over") {
  std::ostringstream sink;
  Outage outage(aura::Log(aura::LogLevel::kInfo, aura::LogFormat::kText, "w", sink));
  const Outage::Clock::time_point start{};
  outage.over(start);
  CHECK(lines(sink) == 0);
  for (int second = 0; second < 120; ++second) outage.failed("gone", "", start + seconds(second));
  CHECK(lines(sink) == 2);
  outage.over(start + seconds(120));
  CHECK(lines(sink) == 3);
  outage.failed("gone again", "", start + seconds(121));
  CHECK(lines(sink) == 4);
  outage.failed("gone again", "", start + seconds(122));
  CHECK(lines(sink) == 4);
  outage.failed("there, but", "without its table", start + seconds(123));
  CHECK(lines(sink) == 5);
}

TEST_CASE("outage: the wait grows from half a second to at most five") {
  std::ostringstream sink;
  Outage outage(aura::Log(aura::LogLevel::kError, aura::LogFormat::kText, "w", sink));
  CHECK(outage.failed("gone", "") <= milliseconds(500));
  for (int i = 0; i < 10; ++i) outage.failed("gone", "");
  const auto wait = outage.failed("gone", "");
  CHECK(wait >= milliseconds(2500));
  CHECK(wait <= seconds(5));
}
