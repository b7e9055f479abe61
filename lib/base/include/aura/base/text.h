#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aura {

/// Where the first byte stands that is not part of well-formed UTF-8 (RFC 3629: no overlong forms,
/// no surrogates, nothing above U+10FFFF); nothing when all of `text` is well formed.
std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept;

/// `text` fit for one line of a log, a terminal or `errorMessage`: well-formed UTF-8, every control
/// character (line breaks and escapes among them) turned into a space, at most `max_bytes` long,
/// cut at a character with "…" where it was longer.
std::string one_line(std::string_view text, std::size_t max_bytes = 500);

/// Cuts `text` to at most `max_bytes`, never inside a UTF-8 character. Whether it had to.
bool cut_utf8(std::string& text, std::size_t max_bytes);

/// Returns `c` in lower case if it is an ASCII letter, otherwise `c`.
constexpr char lower_ascii(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
/// Returns `text` with its ASCII letters in lower case. Other bytes stay as they are.
std::string lower_ascii(std::string_view text);
/// Returns whether `a` and `b` are equal if the case of ASCII letters is ignored.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
/// Returns whether `text` starts with `prefix` if the case of ASCII letters is ignored.
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) noexcept;

/// `url` without what may be secret: user name, password, query and fragment. "?…" marks a query
/// that was there. Takes any text, URL or not.
std::string redact_url(std::string_view url);

/// `bytes` in Base64, padded (RFC 4648, section 4).
std::string base64(std::span<const std::byte> bytes);

/// The bytes that `text` has in Base64, padded; nothing if it is not base64() of any bytes.
std::optional<std::vector<std::byte>> from_base64(std::string_view text);

}  // namespace aura
