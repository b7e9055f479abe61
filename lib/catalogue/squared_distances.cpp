#include "squared_distances.h"

namespace aura::catalogue {
namespace {

template <std::size_t kWidth>
void each_row(const std::int8_t* target, const std::int8_t* rows, std::size_t count,
              std::size_t width, std::int32_t* squared) noexcept {
  if constexpr (kWidth > 0) width = kWidth;
  for (std::size_t row = 0; row < count; ++row, rows += width) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < width; ++i) {
      // Compilers multiply and add 16-bit numbers in one instruction.
      const auto difference = static_cast<std::int16_t>(target[i] - rows[i]);
      sum += difference * difference;
    }
    squared[row] = sum;
  }
}

}  // namespace

void squared_distances(const std::int8_t* target, const std::int8_t* rows, std::size_t count,
                       std::size_t width, std::int32_t* squared) noexcept {
  // A width that the compiler knows is unrolled. AVX2 gains nothing: the rows arrive too slowly.
  switch (width) {
    case 64:
      return each_row<64>(target, rows, count, width, squared);
    case 80:
      return each_row<80>(target, rows, count, width, squared);
    default:
      return each_row<0>(target, rows, count, width, squared);
  }
}

}  // namespace aura::catalogue
