#pragma once

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>

namespace aura::test {

/// Holds JSON against a JSON Schema that has no other keywords than aura::analysis::report_schema()
/// may have. Throws std::logic_error at another keyword. Not thread-safe.
class SchemaCheck {
 public:
  /// The caller keeps both alive during the constructor only.
  SchemaCheck(const nlohmann::json& value, const nlohmann::json& schema) {
    check(value, schema, "");
  }

  /// What is not as the schema has it, a line each.
  const std::string& violations() const noexcept { return violations_; }
  /// The keys that the schema does not name, as places in the value; of arrays without the numbers.
  const std::set<std::string>& undescribed() const noexcept { return undescribed_; }

 private:
  using Json = nlohmann::json;

  static bool is(const Json& value, const std::string& type) {
    if (type == "integer")
      return value.is_number_integer() ||
             (value.is_number() && std::floor(value.get<double>()) == value.get<double>());
    if (type == "number") return value.is_number();
    if (type == "string") return value.is_string();
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "null") return value.is_null();
    if (type == "boolean") return value.is_boolean();
    throw std::logic_error("the schema has the type " + type);
  }

  void expect(bool holds, const std::string& at, const std::string& what) {
    if (!holds) violations_ += (at.empty() ? "/" : at) + ": " + what + "\n";
  }

  void check_type(const Json& value, const Json& types, const std::string& at) {
    const auto fits = [&](const Json& type) { return is(value, type.get<std::string>()); };
    expect(types.is_array() ? std::any_of(types.begin(), types.end(), fits) : fits(types), at,
           "the type is not " + types.dump());
  }

  void check_members(const Json& value, const Json& schema, const std::string& at) {
    const auto properties = schema.value("properties", Json::object());
    for (const auto& name : schema.value("required", Json::array()))
      expect(value.contains(name.get<std::string>()), at, "lacks " + name.dump());
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name)) {
        check(member, properties[name], at + "/" + name);
      } else {
        undescribed_.insert(at + "/" + name);
      }
    }
  }

  void check(const Json& value, const Json& schema, const std::string& at) {
    static const std::set<std::string> keywords{
        "$schema", "$id",        "title",    "description",          "type", "enum", "minimum",
        "maximum", "properties", "required", "additionalProperties", "items"};
    for (const auto& [keyword, rest] : schema.items()) {
      if (!keywords.contains(keyword)) throw std::logic_error("the schema has " + keyword);
    }
    check_type(value, schema.at("type"), at);
    if (schema.contains("enum")) {
      const auto& values = schema["enum"];
      expect(std::find(values.begin(), values.end(), value) != values.end(), at,
             value.dump() + " is none of " + values.dump());
    }
    if (schema.contains("minimum"))
      expect(!value.is_number() || value >= schema["minimum"], at, value.dump() + " is too small");
    if (schema.contains("maximum"))
      expect(!value.is_number() || value <= schema["maximum"], at, value.dump() + " is too large");
    if (value.is_object()) check_members(value, schema, at);
    if (value.is_array()) {
      for (const auto& item : value) check(item, schema.at("items"), at);
    }
  }

  std::string violations_;
  std::set<std::string> undescribed_;
};

}  // namespace aura::test
