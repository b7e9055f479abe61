#pragma once

#include <vector>

#include "aura/analysis/space.h"
#include "aura/catalogue/measured_row.h"

namespace aura::app {

/// Returns the spaces of the vectors that this process can measure, the preferred first: those in
/// which it compares songs. Thread-safe.
inline std::vector<analysis::Space> spaces_of_process() {
  constexpr bool kHasModel = false;  // measure() runs no model yet
  return catalogue::shipped_spaces(kHasModel);
}

}  // namespace aura::app
