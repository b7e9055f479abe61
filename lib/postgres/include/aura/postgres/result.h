#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

struct pg_result;  // libpq's PGresult

namespace aura::postgres {

/// A field of a row. Shares the result, so it outlives the Result that it comes from.
class Field {
 public:
  Field(std::shared_ptr<const pg_result> result, int row, int column)
      : result_(std::move(result)), row_(row), column_(column) {}

  bool is_null() const noexcept;
  /// Returns the text of the value, empty for NULL. Valid as long as this field.
  std::string_view text() const noexcept;
  /// Returns the value as a string, a bool or a number. Throws std::domain_error if the field is
  /// NULL or has another type.
  template <typename Value>
  Value as() const {
    if (is_null()) throw std::domain_error("a field of a result is NULL");
    const auto value = text();
    if constexpr (std::same_as<Value, std::string>) {
      return std::string(value);
    } else if constexpr (std::same_as<Value, bool>) {
      return value == "t";
    } else {
      Value number{};
      const auto* end = value.data() + value.size();
      const auto [stop, error] = std::from_chars(value.data(), end, number);
      if (error != std::errc() || stop != end)
        throw std::domain_error("a field of a result is no number");
      return number;
    }
  }

 private:
  std::shared_ptr<const pg_result> result_;
  int row_;
  int column_;
};

/// A row of a result. Shares the result, so it outlives the Result that it comes from.
class Row {
 public:
  Row(std::shared_ptr<const pg_result> result, int row) : result_(std::move(result)), row_(row) {}

  Field operator[](int column) const { return {result_, row_, column}; }
  /// Throws std::out_of_range if no column has this name.
  Field operator[](const char* name) const;

 private:
  friend class Result;
  std::shared_ptr<const pg_result> result_;
  int row_;
};

/// What a statement returned. Copies share it. Thread-safe for reading.
class Result {
 public:
  Result() = default;
  /// Takes over `result`, a PGresult.
  explicit Result(pg_result* result);

  std::size_t size() const noexcept;
  bool empty() const noexcept { return size() == 0; }
  Row operator[](std::size_t row) const { return {result_, static_cast<int>(row)}; }
  /// Returns how many rows an INSERT, UPDATE or DELETE wrote.
  std::int64_t affected_rows() const;

  class Iterator {
   public:
    explicit Iterator(Row row) : row_(std::move(row)) {}
    const Row& operator*() const noexcept { return row_; }
    Iterator& operator++() noexcept {
      ++row_.row_;
      return *this;
    }
    bool operator==(const Iterator& other) const noexcept { return row_.row_ == other.row_.row_; }

   private:
    Row row_;
  };
  Iterator begin() const { return Iterator({result_, 0}); }
  Iterator end() const { return Iterator({result_, static_cast<int>(size())}); }

 private:
  std::shared_ptr<const pg_result> result_;
};

/// Returns the field's text; no value if the field is NULL.
inline std::optional<std::string> optional_text(const Field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<std::string>();
}

/// Returns the field's value; no value if the field is NULL. Throws as Field::as().
template <typename Value>
std::optional<Value> optional_value(const Field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<Value>();
}

}  // namespace aura::postgres
