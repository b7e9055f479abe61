#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace aura {

/// Where settings come from: a `.env` file under the process environment, which wins. Every value
/// is read as bare_value() returns it; a variable without one counts as not set. Every reader
/// throws ConfigError with one line that names the variable and what it may be. Reading is
/// thread-safe as long as nobody calls setenv().
class Env {
 public:
  using Values = std::map<std::string, std::string, std::less<>>;

  /// The process environment over `dotenv`, a file that need not exist. Throws ConfigError with the
  /// line number when the file can't be understood.
  static Env load(const std::filesystem::path& dotenv = ".env");

  /// Only `values`: for tests and for tools that make their own settings.
  explicit Env(Values values) : values_(std::move(values)) {}

  std::optional<std::string> find(std::string_view name) const;
  std::string text(std::string_view name, std::string_view fallback) const;
  std::int64_t integer(std::string_view name, std::int64_t fallback, std::int64_t min,
                       std::int64_t max) const;
  /// A number of seconds, fractions allowed.
  std::chrono::milliseconds seconds(std::string_view name, std::chrono::milliseconds fallback,
                                    std::chrono::milliseconds min,
                                    std::chrono::milliseconds max) const;

 private:
  Values values_;
  bool process_environment_ = false;
};

/// `text` without what copying and storing a setting leaves around it: blanks, line breaks, a byte
/// order mark, and quotes that enclose all of it (`docker --env-file` keeps them). Quotes that
/// enclose a part stay: `"public"."Jobs"`.
std::string_view bare_value(std::string_view text);

/// The variables that the text of a `.env` file sets: `NAME=value` lines, `export` before them or
/// not, values in single or double quotes (these may span lines) or bare, `#` comments. Throws
/// ConfigError.
Env::Values parse_dotenv(std::string_view text);

}  // namespace aura
