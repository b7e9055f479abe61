#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <iostream>
#include <list>
#include <memory>
#include <random>
#include <thread>

#include "chaos.h"

namespace aura::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr int kProcesses = 4;
/// The pace of the killing: the test's stimulus, nothing is waited for by it.
constexpr seconds kKillEvery{2};
constexpr int kLeft = 200;
/// Within this all must be done after the last kill.
constexpr seconds kDrainWithin{60};

/// Kills one of four workers every two seconds, a new one taking its place, until all but kLeft
/// jobs are done.
void kill_while_working(Chaos& chaos, int jobs) {
  chaos.insert_clips(jobs);
  std::list<std::unique_ptr<Process>> workers;
  const auto add_worker = [&] { workers.emplace_back(new Process(chaos.start({"worker"}))); };
  for (int i = 0; i < kProcesses; ++i) add_worker();
  std::minstd_rand random(1);
  int kills = 0;
  chaos.wait_until("all but the last jobs are completed", [&] {
    if (chaos.unfinished() <= kLeft) return true;
    std::this_thread::sleep_for(kKillEvery);
    auto victim = workers.begin();
    std::advance(victim, std::uniform_int_distribution<>(0, kProcesses - 1)(random));
    (*victim)->kill(SIGKILL);
    (*victim)->wait();
    workers.erase(victim);
    add_worker();
    ++kills;
    return false;
  });
  const auto last_kill = Clock::now();
  CHECK(chaos.start({"worker", "--drain"}).wait(kDrainWithin + kPatience) == ExitStatus{});
  const auto drained =
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - last_kill);
  CHECK(drained <= kDrainWithin);
  for (auto& worker : workers) {
    worker->wait_until_handled(SIGTERM);
    worker->kill(SIGTERM);
  }
  for (auto& worker : workers) CHECK(worker->wait() == ExitStatus{});

  // What was put back made way for a job that had to run alone.
  chaos.check_each_completed_once(jobs, {"lost", "released"});
  std::cout << "kill: " << jobs << " jobs, " << kills << " kills, " << chaos.runs("lost")
            << " runs lost, " << chaos.crashed_out() << " jobs with three workers, drained "
            << drained.count() << " ms after the last kill\n";
}

}  // namespace

TEST_CASE_METHOD(Chaos, "kill -9: 2,000 jobs are each completed once, whoever dies") {
  kill_while_working(*this, 2000);
}

TEST_CASE_METHOD(Chaos, "kill -9: 100,000 jobs are each completed once, whoever dies", "[long]") {
  kill_while_working(*this, 100'000);
}

}  // namespace aura::test
