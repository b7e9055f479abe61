#pragma once

#include <cstddef>
#include <vector>

#include "aura/dsp/lanes.h"

namespace aura::dsp {

/// Returns the comparators that bring the median of `size` values to its place in ascending order;
/// both middle values if `size` is even. Other places stay unsorted. This is Batcher's merge
/// exchange (Knuth, The Art of Computer Programming 3, algorithm 5.2.2M) without comparators that
/// affect only other places. `size` is at least 1. Thread-safe.
std::vector<Comparator> median_network(std::size_t size);

}  // namespace aura::dsp
