#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aura {

// All functions here are thread-safe.

/// Returns the offset of the first byte that is not part of well-formed UTF-8; nothing if all of
/// `text` is well formed. RFC 3629 allows no overlong forms, no surrogates, nothing above U+10FFFF.
std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept;

/// Returns the text whose characters in Windows-1252, which is Latin-1 and more, are `bytes`. The
/// five bytes that stand for nothing become U+FFFD.
std::string from_windows_1252(std::string_view bytes);

/// Returns `text` as one line for a log, a terminal or `errorMessage`. Control characters (line
/// breaks and escapes too) become spaces, malformed bytes become U+FFFD. The result has at most
/// `max_bytes` bytes; a longer text is cut between characters and ends in "…".
std::string one_line(std::string_view text, std::size_t max_bytes = 500);

/// Cuts `text` to at most `max_bytes` bytes, never inside a UTF-8 character. Returns whether `text`
/// was longer.
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

/// Returns `url` on one line and without parts that may be secret: user name, password, query and
/// fragment. "?…" replaces a query. `url` may be any text.
std::string redact_url(std::string_view url);

/// Returns `bytes` in Base64 with padding (RFC 4648, section 4).
std::string base64(std::span<const std::byte> bytes);

/// Returns the bytes whose base64() is `text`; nothing if there are none.
std::optional<std::vector<std::byte>> from_base64(std::string_view text);

}  // namespace aura
