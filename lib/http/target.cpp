#include "target.h"

#include <algorithm>

#include "aura/base/text.h"
#include "bad_request.h"

namespace aura::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string_view path_of(std::string_view target) noexcept {
  return target.substr(0, target.find('?'));
}

std::optional<std::string> decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
    if (low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (decoded.find('\0') != std::string::npos || find_invalid_utf8(decoded)) return std::nullopt;
  return decoded;
}

std::map<std::string, std::string> query_of(std::string_view target) {
  std::map<std::string, std::string> parameters;
  const auto start = target.find('?');
  if (start == std::string_view::npos) return parameters;
  auto rest = target.substr(start + 1);
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const auto equals = pair.find('=');
    const auto name = decode_percent(pair.substr(0, equals));
    const auto value = decode_percent(equals == std::string_view::npos ? std::string_view()
                                                                       : pair.substr(equals + 1));
    if (!name || !value) throw BadRequest("the query can't be decoded");
    parameters.try_emplace(*name, *value);
  }
  return parameters;
}

}  // namespace aura::http
