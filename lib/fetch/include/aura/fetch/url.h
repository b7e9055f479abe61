#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace aura::fetch {

/// The parts of an http or https URL that a request needs.
struct Url {
  bool https = false;
  std::string host;  ///< A name in lower case or an IP address; IPv6 without its brackets.
  std::uint16_t port = 0;
  std::string target;  ///< Path and query as they go over the wire; starts with "/".

  /// Host and port as a URL and the Host header write them: "example.com", "[::1]:8080".
  std::string authority() const;

  bool operator==(const Url&) const = default;
};

/// The parts of `text`. As browsers do, blanks around it are dropped, a path's "." and ".."
/// segments are resolved (RFC 3986, 5.2.4), what a URL may not hold (spaces, non-ASCII bytes, a
/// lone "%" ...) is percent-encoded in path and query, a fragment is dropped, one slash behind the
/// scheme is taken for two, and a host name is decoded and turned into the ASCII one that DNS knows
/// (IDNA2008). Quotation marks and brackets around a link are dropped too.
///
/// Throws JobError, not worth a retry: "url_unsupported" for a scheme other than http and https,
/// "url_invalid" for the rest: empty, longer than 8 KiB, two links, control characters, user name
/// or password, no host or a malformed one (among them IPv4 addresses in fewer parts or other
/// bases), a port out of range. No message repeats any of `text`.
Url parse_url(std::string_view text);

/// What `reference`, the Location of a reply from `base`, points to (RFC 3986, 5.2). Throws as
/// parse_url does.
Url resolve_url(const Url& base, std::string_view reference);

}  // namespace aura::fetch
