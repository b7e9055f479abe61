#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace aura::fetch {

/// Returns how long the value of a Retry-After header (RFC 9110, 10.2.3) asks to wait after `now`,
/// from 0 s to an hour. The value is a number of seconds or an IMF-fixdate. Returns nothing for
/// other values. Thread-safe.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value,
                                                      std::chrono::system_clock::time_point now);

}  // namespace aura::fetch
