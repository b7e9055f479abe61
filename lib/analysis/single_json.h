#pragma once

#include <nlohmann/json.hpp>
#include <span>

#include "json.h"
#include "number_rules.h"

namespace aura::analysis {

// All functions here are thread-safe.

/// Returns `values` with the digits that single precision has. Throws std::logic_error if a value
/// is not finite.
Json singles_json(std::span<const float> values);

/// Reads what singles_json() has written from the array `key` of `object` into `values`. `object`
/// may be hostile. Throws BadMeasurement if the array is missing, has another length, or holds what
/// is no number in `range`.
void read_singles(const nlohmann::json& object, const char* key, const Range& range,
                  std::span<float> values);

}  // namespace aura::analysis
