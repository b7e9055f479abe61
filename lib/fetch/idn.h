#pragma once

#include <optional>
#include <string>

namespace aura::fetch {

/// Returns the ASCII form of `host`, a name in UTF-8, for DNS: "bücher.example" becomes
/// "xn--bcher-kva.example" (IDNA2008, RFC 5891, with the mapping of UTS 46). Returns nothing if
/// there is none. Thread-safe.
std::optional<std::string> to_ascii_host(const std::string& host);

}  // namespace aura::fetch
