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
  const auto stop = running.begin(1);
  CHECK(running.stop_stalled(now - hours(1)) == 0);
  CHECK(!stop.stop_requested());
  const auto later = RunningJobs::Clock::now() + hours(1);
  CHECK(running.alive(later).empty());
  CHECK(running.stop_stalled(later) == 1);
  CHECK(running.stop_stalled(later) == 0);
  CHECK(stop.stop_requested());
  CHECK(running.stop_reason(1) == StopReason::kTimedOut);
}

TEST_CASE("running jobs: what waits for the database to save its outcome is not stalled") {
  RunningJobs running;
  const auto saving = running.begin(1);
  const auto stalled = running.begin(2);
  running.begin_work(1);
  running.begin_work(2);
  running.note_saving(1);
  const auto later = RunningJobs::Clock::now() + hours(1);
  CHECK(running.alive(later) == Ids{1});
  CHECK(running.stop_stalled(later) == 1);
  CHECK(!saving.stop_requested());
  CHECK(stalled.stop_requested());
}

TEST_CASE("running jobs: that a run was lost is told once") {
  RunningJobs running;
  CHECK(!running.take_lost());
  running.note_lost();
  CHECK(running.take_lost());
  CHECK(!running.take_lost());
}

TEST_CASE("running jobs: what was told to stop waits no more") {
  RunningJobs running;
  running.begin(1);
  running.begin(2);
  running.begin(3);
  running.begin_work(2);
  running.stop({1}, StopReason::kReleased);
  CHECK(running.waiting() == Ids{3});
}

TEST_CASE("running jobs: the first reason to stop stands, and ended runs are told nothing") {
  RunningJobs running;
  running.begin(1);
  running.stop({1, 99}, StopReason::kLost);
  running.stop({1}, StopReason::kReleased);
  CHECK(running.stop_reason(1) == StopReason::kLost);
  running.end(1);
  CHECK(running.stop_reason(1) == StopReason::kNone);
  CHECK(running.all().empty());
}

TEST_CASE("running jobs: an ending wakes who waits for it", "[tsan]") {
  RunningJobs running;
  running.begin(1);
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
  running.begin(1);
  std::stop_source stop;
  stop.request_stop();
  CHECK(duration_of([&] {
          CHECK(!running.wait_until_idle(kPatience, stop.get_token()));
          running.wait_for_news(running.news(), kPatience, stop.get_token());
        }) < kPatience);
}
