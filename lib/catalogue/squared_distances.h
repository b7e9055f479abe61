#pragma once

#include <cstddef>
#include <cstdint>

namespace aura::catalogue {

/// squared_distances() takes widths that are multiples of this.
inline constexpr std::size_t kLanes = 16;

/// Writes the squared Euclidean distances of `target` (`width` components) from `count` rows of
/// `width` components, one after the other in `rows`, to `squared`. Components are at least -127.
/// Thread-safe.
void squared_distances(const std::int8_t* target, const std::int8_t* rows, std::size_t count,
                       std::size_t width, std::int32_t* squared) noexcept;

}  // namespace aura::catalogue
