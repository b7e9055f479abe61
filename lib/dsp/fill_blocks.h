#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace aura::dsp {

/// Copies `samples`, which come in spans of any size, to the place of `block` after its first
/// `filled` samples. Calls `take` whenever `block` is full; `take` sets `filled` to the number of
/// samples that stay. Thread-safe for different blocks. Throws what `take` throws.
template <typename Take>
void fill_blocks(std::span<const float> samples, std::span<float> block, std::size_t& filled,
                 const Take& take) {
  while (!samples.empty()) {
    const auto part = samples.first(std::min(samples.size(), block.size() - filled));
    std::copy(part.begin(), part.end(), block.begin() + static_cast<std::ptrdiff_t>(filled));
    samples = samples.subspan(part.size());
    filled += part.size();
    if (filled == block.size()) take();
  }
}

}  // namespace aura::dsp
