#include "single_json.h"

#include <array>
#include <charconv>
#include <string>

#include "aura/analysis/measurements.h"

namespace aura::analysis {
namespace {

/// The shortest number that single precision reads back as `value`.
double short_double(float value) {
  std::array<char, 32> text{};
  auto* const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  double number = 0;
  std::from_chars(text.data(), end, number);
  // Rounded twice, a number next to the middle of two may end at the other.
  return static_cast<float>(number) == value ? number : static_cast<double>(value);
}

[[noreturn]] void refuse(const char* key, const char* why) {
  throw BadMeasurement("`" + std::string(key) + "` of a measurement " + why);
}

}  // namespace

Json singles_json(std::span<const float> values) {
  Json json = Json::array();
  for (const float value : values) {
    finite(static_cast<double>(value));
    json.push_back(short_double(value));
  }
  return json;
}

void read_singles(const nlohmann::json& object, const char* key, const Range& range,
                  std::span<float> values) {
  const auto found = object.find(key);  // none in what is no object
  if (found == object.end() || !found->is_array() || found->size() != values.size())
    refuse(key, "has not its number of values");
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& value = (*found)[i];
    if (!value.is_number()) refuse(key, "holds what is no number");
    const auto number = value.get<double>();
    if (!range.holds(number)) refuse(key, "holds a number out of range");
    values[i] = static_cast<float>(number);
  }
}

}  // namespace aura::analysis
