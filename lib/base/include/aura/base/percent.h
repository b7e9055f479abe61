#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aura {

// Percent-encoding (RFC 3986, section 2.1). A "+" means itself, not a blank. All functions here are
// thread-safe.

/// Returns whether `text` starts with an escape: "%" and two hexadecimal digits.
bool starts_with_escape(std::string_view text) noexcept;

/// Returns `text` with each escape replaced by its byte. A "%" that starts no escape stays.
std::string percent_decode(std::string_view text);

/// Returns `text` with each escape replaced by its byte. Returns nothing if a "%" starts no escape
/// or if the result holds a NUL. Does not check that the result is UTF-8.
std::optional<std::string> percent_decode_strictly(std::string_view text);

/// What percent_encode() does with escapes that are in its text already.
enum class Escapes {
  kEncode,  ///< encodes their "%" again
  kKeep,    ///< copies them unchanged
};

/// Returns `text` with each byte as an escape except ASCII letters, digits and the bytes of
/// `plain`.
std::string percent_encode(std::string_view text, std::string_view plain,
                           Escapes escapes = Escapes::kEncode);

}  // namespace aura
