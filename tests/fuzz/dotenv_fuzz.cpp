// Whatever a `.env` file holds: what is read has proper names and stays the same when it is written
// out and read again, numbers lie within their bounds, and nothing but ConfigError is thrown.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "aura/base/env.h"
#include "aura/base/error.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c >= '\0' && c < ' '; });
}

/// Runs `read`; whether it went well.
template <typename Read>
bool reads(Read read) {
  try {
    read();
    return true;
  } catch (const aura::ConfigError& error) {
    require(is_one_line(error.what()));
    return false;
  }
}

/// `values` as a `.env` file; those left out that hold both kinds of quotes, which it can't have.
std::string written(aura::Env::Values& values) {
  std::erase_if(values, [](const auto& variable) {
    const auto& value = variable.second;
    return value.find('"') != std::string::npos && value.find('\'') != std::string::npos;
  });
  std::string text;
  for (const auto& [name, value] : values) {
    const char quote = value.find('"') == std::string::npos ? '"' : '\'';
    text += name + '=' + quote + value + quote + '\n';
  }
  return text;
}

void check(const aura::Env& env, const std::string& name) {
  using std::chrono::seconds;
  reads([&] {
    const auto number = env.integer(name, 5, -3, 1'000'000);
    require(number >= -3 && number <= 1'000'000);
  });
  reads([&] {
    const auto time = env.seconds(name, seconds(5), seconds(0), seconds(3600));
    require(time >= seconds(0) && time <= seconds(3600));
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  aura::Env::Values values;
  if (!reads([&] { values = aura::parse_dotenv(text); })) return 0;
  const aura::Env env(values);
  for (const auto& [name, value] : values) {
    require(!name.empty() && name.find_first_of(" \t\r\n=#\"'") == std::string::npos);
    require(value.size() <= text.size());
    check(env, name);
  }
  const auto again = written(values);
  require(aura::parse_dotenv(again) == values);
  return 0;
}
