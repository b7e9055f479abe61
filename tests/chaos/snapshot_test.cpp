#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>

#include "chaos.h"

namespace aura::test {
namespace {

/// Claiming starts within this whoever holds an old snapshot: a start takes well under a second,
/// the rest is for a slow machine.
constexpr std::chrono::seconds kClaimWithin{15};

void work_beside_reader(Chaos& chaos, int jobs) {
  const OpenTransaction reader(chaos.database, "SELECT count(*) FROM public.\"AuraAnalysis\"",
                               "REPEATABLE READ");
  chaos.insert_clips(jobs);
  const auto start = chaos.moment();
  Workers workers(chaos, 2);
  const auto claimed = chaos.first_claim_after(start);
  CHECK(claimed <= kClaimWithin);
  chaos.wait_until_completed(jobs);
  workers.stop();
  chaos.check_each_completed_once(jobs, {});
  std::cout << "snapshot: " << jobs << " jobs beside an old snapshot, first claim "
            << claimed.count() << " ms after the start\n";
}

}  // namespace

TEST_CASE_METHOD(Chaos, "snapshot: a reader that holds an old one keeps no worker from its jobs") {
  work_beside_reader(*this, 200);
}

TEST_CASE_METHOD(Chaos, "snapshot: a reader that holds an old one keeps no worker from 20,000 jobs",
                 "[long]") {
  work_beside_reader(*this, 20'000);
}

}  // namespace aura::test
