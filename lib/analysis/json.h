#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace aura::analysis {

using Json = nlohmann::ordered_json;

// All functions here are thread-safe.

/// Returns `value`. Throws std::logic_error if it is not finite: JSON has no such number.
inline double finite(double value) {
  if (!std::isfinite(value)) throw std::logic_error("a number to be written is not finite");
  return value;
}

/// Returns `value`, rounded to so many decimals: what lies behind them is not known, and a beat
/// would take 18 digits. Throws as finite() does.
inline double rounded(double value, int decimals) {
  const double scale = std::pow(10, decimals);
  return std::round(finite(value) * scale) / scale;
}

/// Returns `json` on one line. Replaces bytes that are not UTF-8.
inline std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Returns the value that `text` holds. `text` may be hostile. Returns a discarded value if it is
/// not JSON or nests deeper than 16 levels: copies of a value are recursive. The result is no
/// ordered_json, which takes quadratic time for many keys.
nlohmann::json parse_untrusted(std::string_view text);

}  // namespace aura::analysis
