#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <iostream>

#include "chaos.h"

namespace aura::test {

TEST_CASE_METHOD(Chaos,
                 "SIGTERM: at full load nothing is stranded and no attempt is lost, 20 times") {
  using Clock = std::chrono::steady_clock;
  constexpr int kRounds = 20;
  constexpr int kJobs = 400;
  constexpr std::chrono::seconds kGrace{30};  // ample, since a busy machine is slow
  environment["SHUTDOWN_GRACE"] = std::to_string(kGrace.count());
  insert_clips(kJobs);
  std::chrono::milliseconds longest{0};
  for (int round = 0; round < kRounds; ++round) {
    auto worker = start({"worker"});
    worker.wait_for_error("] started");
    const auto told = Clock::now();
    worker.kill(SIGTERM);
    REQUIRE(worker.wait() == ExitStatus{});
    longest = std::max(longest,
                       std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - told));
    CHECK(count("processing") == 0);
    CHECK(number("SELECT count(*) FROM aura.run WHERE state = 'running'") == 0);
  }
  CHECK(longest <= kGrace);
  drain();
  check_each_completed_once(kJobs, {"released"});
  CHECK(number("SELECT max(attempt) FROM aura.run") == 1);
  std::cout << "SIGTERM: " << kRounds << " times, the longest took " << longest.count() << " ms\n";
}

}  // namespace aura::test
