#include "aura/base/percent.h"

namespace aura {
namespace {

/// The value of a hexadecimal digit; -1 for any other character.
int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_letter_or_digit(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

bool starts_with_escape(std::string_view text) noexcept {
  return text.size() >= 3 && text[0] == '%' && hex_value(text[1]) >= 0 && hex_value(text[2]) >= 0;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const bool is_escape = starts_with_escape(text);
    decoded +=
        is_escape ? static_cast<char>(hex_value(text[1]) * 16 + hex_value(text[2])) : text[0];
    text.remove_prefix(is_escape ? 3 : 1);
  }
  return decoded;
}

std::optional<std::string> percent_decode_strictly(std::string_view text) {
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (!starts_with_escape(text.substr(at))) return std::nullopt;
  }
  auto decoded = percent_decode(text);
  if (decoded.find('\0') != std::string::npos) return std::nullopt;
  return decoded;
}

std::string percent_encode(std::string_view text, std::string_view plain, Escapes escapes) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_letter_or_digit(c) || plain.find(c) != std::string_view::npos ||
        (escapes == Escapes::kKeep && starts_with_escape(text.substr(i)))) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 0xF]};
    }
  }
  return encoded;
}

}  // namespace aura
