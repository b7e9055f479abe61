#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace aura::analysis {

using Json = nlohmann::ordered_json;

// All functions here are thread-safe.

/// Returns `value`. Throws std::logic_error if it is not finite: JSON has no such number.
inline double finite(double value) {
  if (!std::isfinite(value)) throw std::logic_error("a number to be written is not finite");
  return value;
}

/// Returns `json` on one line. Replaces bytes that are not UTF-8.
inline std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace aura::analysis
