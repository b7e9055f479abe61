#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace aura::postgres {

/// An SQL statement and the values that it binds, as text.
struct Statement {
  /// Binds `arguments` to $1, $2 and so on: strings, numbers, bools, and optionals of these. An
  /// empty optional binds NULL.
  template <typename... Arguments>
  explicit Statement(std::string statement, const Arguments&... arguments)
      : sql(std::move(statement)), values{text_of(arguments)...} {}

  std::string sql;
  std::vector<std::optional<std::string>> values;

 private:
  template <typename Value>
  static std::optional<std::string> text_of(const Value& value) {
    if constexpr (std::convertible_to<Value, std::string_view>) {
      return std::string(std::string_view(value));
    } else if constexpr (std::same_as<Value, bool>) {
      return value ? "true" : "false";
    } else if constexpr (std::is_arithmetic_v<Value>) {
      std::array<char, 32> text{};
      return std::string(text.data(),
                         std::to_chars(text.data(), text.data() + text.size(), value).ptr);
    } else {
      return value ? text_of(*value) : std::nullopt;
    }
  }
};

/// Returns PostgreSQL's text of an array of numbers: "{1,2}". Thread-safe.
template <typename Numbers>
std::string array_literal(const Numbers& numbers) {
  std::string text = "{";
  for (const auto number : numbers) text += (text.size() > 1 ? "," : "") + std::to_string(number);
  return text + "}";
}

}  // namespace aura::postgres
