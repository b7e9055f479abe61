#include "percent.h"

#include "characters.h"

namespace aura::fetch {

bool starts_with_escape(std::string_view text) {
  return text.size() >= 3 && text[0] == '%' && is_hex_digit(text[1]) && is_hex_digit(text[2]);
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const bool escape = starts_with_escape(text);
    decoded += escape ? static_cast<char>(hex_value(text[1]) << 4 | hex_value(text[2])) : text[0];
    text.remove_prefix(escape ? 3 : 1);
  }
  return decoded;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kAllowed = "-._~!$&'()*+,;=:@/?";
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_letter(c) || is_digit(c) || starts_with_escape(text.substr(i)) ||
        kAllowed.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kHex[byte >> 4], kHex[byte & 0xF]};
    }
  }
  return encoded;
}

}  // namespace aura::fetch
