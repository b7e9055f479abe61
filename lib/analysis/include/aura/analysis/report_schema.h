#pragma once

#include <string_view>

namespace aura::analysis {

/// Returns the JSON Schema (2020-12) of what to_json() returns of a Report. Its `$id` ends in its
/// version: the minor number rises with each further key, the major one if a key changes its name,
/// type or meaning. Of the keywords it has only type, required, properties, additionalProperties,
/// items, enum, minimum, maximum and annotations. The text lives until the process ends.
/// Thread-safe.
std::string_view report_schema() noexcept;

}  // namespace aura::analysis
