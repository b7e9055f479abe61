#pragma once

#include <string_view>

namespace aura {

/// Returns the release of this binary, such as "0.1.0". Thread-safe.
std::string_view release() noexcept;

/// Returns the commit that this binary was built from, in hexadecimal digits. Returns "unknown" if
/// the sources were no git checkout and AURA_COMMIT was not set. Thread-safe.
std::string_view commit() noexcept;

}  // namespace aura
