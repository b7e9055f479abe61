#include "aura/base/env.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "aura/base/error.h"
#include "aura/base/text.h"

namespace aura {
namespace {

constexpr std::size_t kMaxDotenvBytes = 1 << 20;
/// The last three are a no-break space, a byte order mark and a space of no width.
constexpr std::array<std::string_view, 9> kBlanks{" ",  "\t",     "\r",     "\n",    "\v",
                                                  "\f", "\u00A0", "\uFEFF", "\u200B"};

std::string_view trim(std::string_view text) {
  for (bool goes_on = true; goes_on;) {
    goes_on = false;
    for (const auto blank : kBlanks) {
      for (; text.starts_with(blank); goes_on = true) text.remove_prefix(blank.size());
      for (; text.ends_with(blank); goes_on = true) text.remove_suffix(blank.size());
    }
  }
  return text;
}

bool is_quoted(std::string_view value) {
  return value.starts_with('"') || value.starts_with('\'');
}

/// Whether the quotes are the value's own: "public"."Jobs".
bool is_quoted_in_part(std::string_view value) {
  const auto closing = value.find(value[0], 1);
  return closing != std::string_view::npos && value.substr(closing + 1).starts_with('.');
}

bool is_name(std::string_view name) {
  const auto is_word = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::all_of(name.begin(), name.end(), is_word);
}

[[noreturn]] void refuse(std::string_view name, const std::string& what, std::string_view value) {
  throw ConfigError(std::string(name) + " must be " + what + ", not '" + one_line(value, 60) + "'");
}

std::string plain_number(double number) {
  std::ostringstream text;
  text << number;
  return text.str();
}

}  // namespace

std::string_view bare_value(std::string_view text) {
  while (true) {
    text = trim(text);
    if (!is_quoted(text) || text.find(text[0], 1) != text.size() - 1) return text;
    text = text.substr(1, text.size() - 2);
  }
}

Env::Values parse_dotenv(std::string_view text) {
  Env::Values values;
  std::size_t line_number = 0;
  while (!text.empty()) {
    ++line_number;
    const auto fail = [&](const std::string& what) {
      throw ConfigError(".env line " + std::to_string(line_number) + ": " + what);
    };
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trim(text.substr(0, end));
    if (line.empty() || line[0] == '#') {
      text.remove_prefix(std::min(end + 1, text.size()));
      continue;
    }
    if (line.starts_with("export ")) line = trim(line.substr(7));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || !is_name(trim(line.substr(0, equals)))) {
      fail("expected NAME=value");
    }
    const std::string name(trim(line.substr(0, equals)));
    std::string_view value = trim(line.substr(equals + 1));
    if (is_quoted(value) && !is_quoted_in_part(value)) {
      const char quote = value[0];
      const auto opening = static_cast<std::size_t>(value.data() - text.data());
      const auto closing = text.find(quote, opening + 1);
      if (closing == std::string_view::npos) fail("the quote of " + name + " is not closed");
      value = text.substr(opening + 1, closing - opening - 1);
      line_number += static_cast<std::size_t>(std::count(value.begin(), value.end(), '\n'));
      end = std::min(text.find('\n', closing), text.size());
      const auto rest = trim(text.substr(closing + 1, end - closing - 1));
      if (!rest.empty() && rest[0] != '#') fail("unexpected text after the value of " + name);
    } else {
      for (std::size_t i = 1; i < value.size(); ++i) {
        if (value[i] == '#' && (value[i - 1] == ' ' || value[i - 1] == '\t')) {
          value = trim(value.substr(0, i));
          break;
        }
      }
      if (!value.empty() && value[0] == '#') value = {};
    }
    values[name] = std::string(value);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return values;
}

Env Env::load(const std::filesystem::path& dotenv) {
  Values values;
  std::error_code missing;
  if (std::filesystem::is_regular_file(dotenv, missing)) {
    if (std::filesystem::file_size(dotenv) > kMaxDotenvBytes) {
      throw ConfigError(".env is larger than 1 MiB: is it the right file?");
    }
    std::ifstream file(dotenv, std::ios::binary);
    if (!file) throw ConfigError(".env is there but can't be read: check its permissions");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    values = parse_dotenv(text);
  }
  Env env(std::move(values));
  env.process_environment_ = true;
  return env;
}

std::optional<std::string> Env::find(std::string_view name) const {
  std::string_view value;
  if (const auto found = values_.find(name); found != values_.end()) value = found->second;
  if (process_environment_) {
    // A variable that the environment sets to nothing still hides the file's.
    if (const char* own = std::getenv(std::string(name).c_str())) value = own;
  }
  value = bare_value(value);
  return value.empty() ? std::nullopt : std::optional<std::string>(value);
}

std::string Env::text(std::string_view name, std::string_view fallback) const {
  return find(name).value_or(std::string(fallback));
}

std::int64_t Env::integer(std::string_view name, std::int64_t fallback, std::int64_t min,
                          std::int64_t max) const {
  const auto value = find(name);
  if (!value) return fallback;
  const std::string_view digits = *value;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size() || number < min ||
      number > max) {
    refuse(name, "a whole number from " + std::to_string(min) + " to " + std::to_string(max),
           *value);
  }
  return number;
}

std::chrono::milliseconds Env::seconds(std::string_view name, std::chrono::milliseconds fallback,
                                       std::chrono::milliseconds min,
                                       std::chrono::milliseconds max) const {
  const auto value = find(name);
  if (!value) return fallback;
  const std::string_view digits = *value;
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  using Seconds = std::chrono::duration<double>;
  if (error != std::errc{} || end != digits.data() + digits.size() ||
      !(number >= Seconds(min).count()) || !(number <= Seconds(max).count())) {
    refuse(name,
           "a number of seconds from " + plain_number(Seconds(min).count()) + " to " +
               plain_number(Seconds(max).count()),
           *value);
  }
  return std::chrono::milliseconds(std::llround(number * 1000));
}

}  // namespace aura
