#pragma once

#include <nlohmann/json.hpp>

#include "aura/analysis/measurements.h"

namespace aura::analysis {

/// Returns the part that `value` holds, as from_json() does for text. `value` may be hostile, but
/// comes from parse_untrusted(). Throws BadMeasurement. Thread-safe.
template <typename MeasuredPart>
MeasuredPart from_value(const nlohmann::json& value);
template <>
Core from_value<Core>(const nlohmann::json& value);
template <>
Rhythm from_value<Rhythm>(const nlohmann::json& value);
template <>
Tonal from_value<Tonal>(const nlohmann::json& value);
template <>
Pictures from_value<Pictures>(const nlohmann::json& value);

}  // namespace aura::analysis
