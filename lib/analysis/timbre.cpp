#include "aura/analysis/timbre.h"

#include "aura/analysis/measurements.h"
#include "json.h"
#include "measurement_values.h"
#include "number_rules.h"
#include "single_json.h"

namespace aura::analysis {
namespace {

constexpr const char* kValues = "values";

}  // namespace

std::string to_json(const Timbre& timbre) {
  return dump({{kValues, singles_json(timbre.values)}});
}

template <>
Timbre from_value<Timbre>(const nlohmann::json& value) {
  Timbre timbre;
  read_singles(value, kValues, kSingle, timbre.values);
  return timbre;
}

template <>
Timbre from_json<Timbre>(std::string_view text) {
  return from_value<Timbre>(parse_untrusted(text));
}

}  // namespace aura::analysis
