#pragma once

#include <catch2/catch.hpp>
#include <vector>

#include "aura/dsp/lanes.h"

namespace aura::test {

/// Runs the rest of a test case once for each instruction set that this machine has. Call it first.
inline const dsp::Lanes& every_lanes() {
  const auto usable = dsp::usable_lanes();
  const dsp::Lanes* lanes =
      GENERATE_COPY(from_range(std::vector<const dsp::Lanes*>(usable.begin(), usable.end())));
  UNSCOPED_INFO(lanes->name);
  return *lanes;
}

}  // namespace aura::test
