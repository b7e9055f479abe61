#pragma once

#include <catch2/catch.hpp>
#include <vector>

#include "aura/models/lanes.h"

namespace aura::test {

/// Runs the rest of a test case once for each instruction set that this machine has. Call it first.
inline const models::Lanes& every_model_lanes() {
  const auto usable = models::usable_lanes();
  const models::Lanes* lanes =
      GENERATE_COPY(from_range(std::vector<const models::Lanes*>(usable.begin(), usable.end())));
  UNSCOPED_INFO(lanes->name);
  return *lanes;
}

}  // namespace aura::test
