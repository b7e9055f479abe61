#pragma once

#include <string_view>

namespace aura {

/// The release of this binary, such as "0.1.0". Thread-safe.
std::string_view release() noexcept;

/// The commit that this binary was built from, in hexadecimal digits; "unknown" if the sources were
/// no git checkout and AURA_COMMIT named none. Thread-safe.
std::string_view commit() noexcept;

}  // namespace aura
