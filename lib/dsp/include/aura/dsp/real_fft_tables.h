#pragma once

#include <cstddef>
#include <vector>

#include "aura/dsp/lanes.h"

namespace aura::dsp {

/// The tables that Lanes read to transform `size` real values. Immutable, so thread-safe.
class RealFftTables {
 public:
  /// `size` is a power of two, at least 8.
  explicit RealFftTables(std::size_t size);

  /// Returns pointers into this object, which the caller keeps alive.
  RealFftPlan plan() const noexcept {
    return {order_.size(), roots_.data(), half_roots_.data(), order_.data()};
  }

 private:
  std::vector<double> roots_;
  std::vector<double> half_roots_;
  std::vector<std::uint32_t> order_;
};

}  // namespace aura::dsp
