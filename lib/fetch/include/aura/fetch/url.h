#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Thread-safe.
namespace aura::fetch {

/// The parts of an http or https URL that a request needs.
struct Url {
  bool https = false;
  std::string host;  ///< A name in lower case or an IP address; IPv6 without brackets.
  std::uint16_t port = 0;
  std::string target;  ///< Path and query as a request sends them; starts with "/".

  /// Returns host and port as in a URL or a Host header: "example.com", "[::1]:8080". Omits the
  /// scheme's default port.
  std::string authority() const;

  bool operator==(const Url&) const = default;
};

/// Returns the parts of `text`. Tolerates what browsers and people do:
/// - Drops blanks, quotation marks and brackets around the link, and its fragment.
/// - Resolves "." and ".." segments of the path (RFC 3986, 5.2.4).
/// - Percent-encodes what path and query may not hold: spaces, non-ASCII bytes, a lone "%".
/// - Takes one slash after the scheme for two.
/// - Decodes the host name and converts it to ASCII (IDNA2008).
///
/// Throws JobError, not worth a retry: "url_unsupported" if the scheme is not http or https, and
/// "url_invalid" otherwise: if `text` is empty or longer than 8 KiB, or has two links, control
/// characters, a user name or password, no host, a malformed host (such as an IPv4 address in
/// fewer than four parts or another base), or a port out of range. The message repeats no part of
/// `text`.
Url parse_url(std::string_view text);

/// Returns the URL that `reference`, the Location header of a reply from `base`, points to
/// (RFC 3986, 5.2). Throws JobError as parse_url() does.
Url resolve_url(const Url& base, std::string_view reference);

}  // namespace aura::fetch
