#include "aura/analysis/timbre.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "aura/analysis/measurements.h"
#include "json.h"
#include "measurement_values.h"
#include "number_rules.h"

namespace aura::analysis {
namespace {

constexpr const char* kValues = "values";

/// The shortest number that single precision reads back as `value`.
double short_double(float value) {
  std::array<char, 32> text{};
  auto* const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  double number = 0;
  std::from_chars(text.data(), end, number);
  // Rounded twice, a number next to the middle of two may end at the other.
  return static_cast<float>(number) == value ? number : static_cast<double>(value);
}

float single(const nlohmann::json& value) {
  if (!value.is_number()) throw BadMeasurement("a value of a timbre is no number");
  const auto number = value.get<double>();
  if (!kSingle.holds(number)) throw BadMeasurement("a value of a timbre is out of range");
  return static_cast<float>(number);
}

}  // namespace

std::string to_json(const Timbre& timbre) {
  Json values = Json::array();
  for (const float value : timbre.values) {
    finite(static_cast<double>(value));
    values.push_back(short_double(value));
  }
  return dump({{kValues, std::move(values)}});
}

template <>
Timbre from_value<Timbre>(const nlohmann::json& value) {
  const auto found = value.find(kValues);  // none in what is no object
  if (found == value.end() || !found->is_array() || found->size() != kTimbreSize)
    throw BadMeasurement("a timbre has not its number of values");
  Timbre timbre;
  std::transform(found->begin(), found->end(), timbre.values.begin(), single);
  return timbre;
}

template <>
Timbre from_json<Timbre>(std::string_view text) {
  return from_value<Timbre>(parse_untrusted(text));
}

}  // namespace aura::analysis
