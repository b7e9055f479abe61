#pragma once

#include <optional>
#include <string>

namespace aura::fetch {

/// The name that DNS knows `host` by, a name in UTF-8: its A-labels ("bücher.example" becomes
/// "xn--bcher-kva.example"; IDNA2008, RFC 5891, with the mapping of UTS 46). Nothing when there is
/// no such name.
std::optional<std::string> to_ascii_host(const std::string& host);

}  // namespace aura::fetch
