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
Structure from_value<Structure>(const nlohmann::json& value);
template <>
Pictures from_value<Pictures>(const nlohmann::json& value);
template <>
Timbre from_value<Timbre>(const nlohmann::json& value);
template <>
Spectrum from_value<Spectrum>(const nlohmann::json& value);
template <>
audio::Source from_value<audio::Source>(const nlohmann::json& value);
template <>
Fingerprint from_value<Fingerprint>(const nlohmann::json& value);
template <>
Tags from_value<Tags>(const nlohmann::json& value);

}  // namespace aura::analysis
