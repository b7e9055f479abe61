#pragma once

#include <string_view>

namespace aura::http {

/// Whether a header Authorization holds `token`: as `Bearer TOKEN`, or as the password of
/// `Basic` (RFC 7617), which browsers ask their users for, under any user name. In a time that
/// tells nothing of the token but its length.
bool holds_token(std::string_view authorization, std::string_view token);

}  // namespace aura::http
