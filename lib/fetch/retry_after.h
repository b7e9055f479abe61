#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace aura::fetch {

/// How long after `now` the value of a Retry-After header (RFC 9110, 10.2.3: seconds, or a date in
/// the one form that senders may still generate) asks to wait: from 0 s to an hour. Nothing when
/// the value can't be understood.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value,
                                                      std::chrono::system_clock::time_point now);

}  // namespace aura::fetch
