#pragma once

#include <random>

#include "aura/analysis/measurements.h"

namespace aura::analysis {

using Random = std::mt19937_64;

/// Returns measurements of any values that to_json() can write.
Measurements any_measurements(Random& random);

}  // namespace aura::analysis
