#pragma once

#include <cstddef>
#include <vector>

#include "aura/dsp/lanes.h"

namespace aura::dsp {

/// What the lanes' transform of `size` real values reads. Unchanging once built: any thread may use
/// it.
class RealFftTables {
 public:
  /// `size` is a power of two, at least 8.
  explicit RealFftTables(std::size_t size);

  /// Points into this object.
  RealFftPlan plan() const noexcept {
    return {order_.size(), roots_.data(), half_roots_.data(), order_.data()};
  }

 private:
  std::vector<double> roots_;
  std::vector<double> half_roots_;
  std::vector<std::uint32_t> order_;
};

}  // namespace aura::dsp
