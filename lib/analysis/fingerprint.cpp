#include "aura/analysis/fingerprint.h"

#include <algorithm>
#include <array>

namespace aura::analysis {
namespace {

constexpr double kUnrelated = 0.5;
constexpr double kSameBelow = 0.15;
/// Fewer items tell too little.
constexpr std::size_t kLeastItems = static_cast<std::size_t>(10 / kFingerprintItemSeconds);
/// Steady sounds have fewer items that differ from the one before.
constexpr std::size_t kLeastChanges = kLeastItems / 2;
constexpr std::size_t kMostOffset = static_cast<std::size_t>(12 / kFingerprintItemSeconds);

/// Returns the number of bits in which the first `count` items differ. Adds the bits of each byte
/// in that byte, so that compilers do several items at a time on any processor.
std::uint32_t differing_bits(const std::uint32_t* a, const std::uint32_t* b,
                             std::size_t count) noexcept {
  constexpr std::size_t kMost = 31;  // 8 bits each, or a byte would overflow
  constexpr std::size_t kLanes = 8;
  std::uint32_t sum = 0;
  const auto bits_of = [&](std::size_t i) {
    auto bits = a[i] ^ b[i];
    bits -= bits >> 1 & 0x55555555U;
    bits = (bits & 0x33333333U) + (bits >> 2 & 0x33333333U);
    return (bits + (bits >> 4)) & 0x0F0F0F0FU;
  };
  const auto add = [&](std::uint32_t bytes) {
    bytes = (bytes & 0x00FF00FFU) + (bytes >> 8 & 0x00FF00FFU);
    sum += (bytes & 0xFFFFU) + (bytes >> 16);
  };
  std::size_t i = 0;
  while (count - i >= kLanes) {
    const auto rows = std::min((count - i) / kLanes, kMost);
    std::array<std::uint32_t, kLanes> bytes{};
    for (std::size_t row = 0; row < rows; ++row, i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) bytes[lane] += bits_of(i + lane);
    }
    for (const auto lane : bytes) add(lane);
  }
  for (; i < count; ++i) add(bits_of(i));
  return sum;
}

/// Returns how many items differ from the item before.
std::size_t changes_in(std::span<const std::uint32_t> items) noexcept {
  std::size_t changes = 0;
  for (std::size_t i = 1; i < items.size(); ++i) changes += items[i] != items[i - 1] ? 1U : 0U;
  return changes;
}

}  // namespace

double bit_error(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) noexcept {
  double least = 1;
  bool compared = false;
  const auto compare = [&](std::span<const std::uint32_t> later,
                           std::span<const std::uint32_t> earlier, std::size_t offset) {
    if (later.size() < offset + kLeastItems || earlier.size() < kLeastItems) return;
    const auto count = std::min(later.size() - offset, earlier.size());
    const auto bits = differing_bits(later.data() + offset, earlier.data(), count);
    least = std::min(least, bits / (32.0 * static_cast<double>(count)));
    compared = true;
  };
  for (std::size_t offset = 0; offset <= kMostOffset; ++offset) {
    compare(a, b, offset);
    if (offset > 0) compare(b, a, offset);
  }
  return compared ? least : kUnrelated;
}

bool is_same_recording(std::span<const std::uint32_t> a,
                       std::span<const std::uint32_t> b) noexcept {
  return changes_in(a) >= kLeastChanges && changes_in(b) >= kLeastChanges &&
         bit_error(a, b) < kSameBelow;
}

}  // namespace aura::analysis
