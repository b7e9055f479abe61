#include "running_jobs.h"

#include <catch2/catch.hpp>
#include <thread>

#include "aura/test/eventually.h"

using aura::test::duration_of;
using aura::test::kPatience;
using aura::worker::RunningJobs;
using aura::worker::StopReason;
using std::chrono::hours;
using std::chrono::milliseconds;
using Ids = std::vector<std::int64_t>;

TEST_CASE("running jobs: those without progress since a time are told to stop, once") {
  RunningJobs running;
  const auto now = RunningJobs::Clock::now();
  const auto stop = running.begin(1, now);
  CHECK(running.stop_stalled(now - hours(1)) == 0);
  CHECK(!stop.stop_requested());
  const auto later = RunningJobs::Clock::now() + hours(1);
  CHECK(running.alive(later).empty());
  CHECK(running.stop_stalled(later) == 1);
  CHECK(running.stop_stalled(later) == 0);
  CHECK(stop.stop_requested());
  CHECK(running.stop_reason(1) == StopReason::kTimedOut);
}

TEST_CASE("running jobs: a lease that was not extended in time stops its job, others go on") {
  RunningJobs running;
  const auto claimed = RunningJobs::Clock::now();
  const auto stale = running.begin(1, claimed);
  const auto fresh = running.begin(2, claimed);
  running.extended({2}, claimed + hours(1));
  CHECK(running.stop_unvouched(claimed + milliseconds(1)) == 1);
  CHECK(stale.stop_requested());
  CHECK(!fresh.stop_requested());
  CHECK(running.stop_reason(1) == StopReason::kLost);
  CHECK(running.stop_reason(2) == StopReason::kNone);
}

TEST_CASE("running jobs: the first reason to stop stands, and ended runs are told nothing") {
  RunningJobs running;
  running.begin(1, RunningJobs::Clock::now());
  running.stop({1, 99}, StopReason::kLost);
  running.stop({1}, StopReason::kReleased);
  CHECK(running.stop_reason(1) == StopReason::kLost);
  running.end(1);
  CHECK(running.stop_reason(1) == StopReason::kNone);
  CHECK(running.all().empty());
}

TEST_CASE("running jobs: an ending wakes who waits for it", "[tsan]") {
  RunningJobs running;
  running.begin(1, RunningJobs::Clock::now());
  const std::jthread ender([&] { running.end(1); });
  CHECK(duration_of([&] { running.wait_for_news(0, kPatience, {}); }) < kPatience);
  CHECK(running.wait_until_idle(kPatience, {}));
}

TEST_CASE("running jobs: being woken ends the wait, also when it came first", "[tsan]") {
  RunningJobs running;
  const auto seen = running.news();
  const std::jthread waker([&] { running.wake(); });
  for (int i = 0; i < 2; ++i)
    CHECK(duration_of([&] { running.wait_for_news(seen, kPatience, {}); }) < kPatience);
  CHECK(running.news() == seen + 1);
}

TEST_CASE("running jobs: waiting ends when asked to") {
  RunningJobs running;
  running.begin(1, RunningJobs::Clock::now());
  std::stop_source stop;
  stop.request_stop();
  CHECK(duration_of([&] {
          CHECK(!running.wait_until_idle(kPatience, stop.get_token()));
          running.wait_for_news(running.news(), kPatience, stop.get_token());
        }) < kPatience);
}
