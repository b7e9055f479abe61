#include "aura/queue/step.h"

#include <catch2/catch.hpp>
#include <string_view>

#include "aura/metrics/instruments.h"

using aura::metrics::Stage;
using aura::queue::end_of_stage;
using aura::queue::kSteps;
using aura::queue::step_at;

TEST_CASE("step: the table is in order, and each step begins where the one before ends") {
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    CHECK(static_cast<std::size_t>(kSteps[i].step) == i);
    CHECK(percent_at(kSteps[i].step) == kSteps[i].percent);
    CHECK(step_at(kSteps[i].percent).step == kSteps[i].step);
    if (i == 0) continue;
    CHECK(kSteps[i - 1].percent < kSteps[i].percent);
    CHECK(step_at(kSteps[i].percent - 1).step == kSteps[i - 1].step);
  }
  CHECK(step_at(-1).name == "Downloading");
  CHECK(step_at(100).name == "Saving");
}

TEST_CASE("step: every stage that is measured ends somewhere, in the order of the work") {
  int last = 0;
  for (const auto stage : {Stage::kFetch, Stage::kDecode, Stage::kFeatures, Stage::kSave}) {
    CHECK(end_of_stage(name_of(stage)) > last);
    last = end_of_stage(name_of(stage));
  }
  CHECK(last == aura::queue::kCompletedPercent);
  CHECK(end_of_stage("sleep") == 0);
}
