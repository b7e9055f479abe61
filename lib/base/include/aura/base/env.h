#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace aura {

/// Reads settings from a `.env` file and from the process environment. The environment wins.
/// Values pass through bare_value(); a variable with an empty value counts as not set.
/// Thread-safe if no thread calls setenv() meanwhile.
class Env {
 public:
  using Values = std::map<std::string, std::string, std::less<>>;

  /// Returns the settings in the file `dotenv`, if it exists, and in the process environment, which
  /// each call of a reader below reads again. Throws ConfigError if the file is larger than 1 MiB
  /// or can't be read, and with the line number if a line is malformed.
  static Env load(const std::filesystem::path& dotenv = ".env");

  /// Holds only `values`, without the process environment: for tests and tools.
  explicit Env(Values values) : values_(std::move(values)) {}

  /// Returns the value of the variable `name`; nothing if it is not set.
  std::optional<std::string> find(std::string_view name) const;
  /// Returns the value of the variable `name`; `fallback` if it is not set.
  std::string text(std::string_view name, std::string_view fallback) const;
  /// Returns the value of the variable `name`; `fallback` if it is not set. Throws ConfigError if
  /// the value is no whole number from `min` to `max`.
  std::int64_t integer(std::string_view name, std::int64_t fallback, std::int64_t min,
                       std::int64_t max) const;
  /// Returns the value of the variable `name`, a number of seconds with or without a fraction,
  /// rounded to milliseconds; `fallback` if it is not set. Throws ConfigError if the value is no
  /// number from `min` to `max`.
  std::chrono::milliseconds seconds(std::string_view name, std::chrono::milliseconds fallback,
                                    std::chrono::milliseconds min,
                                    std::chrono::milliseconds max) const;

 private:
  Values values_;
  bool process_environment_ = false;
};

/// Returns the part of `text` inside blanks, line breaks, byte order marks and quotes, which
/// copying and `docker --env-file` leave around a value. Keeps quotes that enclose only a part:
/// `"public"."Jobs"`. Thread-safe. The caller keeps what `text` points to alive.
std::string_view bare_value(std::string_view text);

/// Returns the variables that `text`, the content of a `.env` file, sets. Lines are `NAME=value`,
/// with or without `export` before them. Values are bare or in single or double quotes; quoted
/// values may span lines. `#` starts a comment. Throws ConfigError with the line number if a line
/// is malformed. Thread-safe.
Env::Values parse_dotenv(std::string_view text);

}  // namespace aura
