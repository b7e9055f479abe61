#pragma once

#include <cstddef>
#include <vector>

#include "aura/dsp/lanes.h"

namespace aura::dsp {

/// The steps that bring the middle value of `size`, or both middle ones of an even number, to where
/// they stand in ascending order: Batcher's merge exchange (Knuth, The Art of Computer Programming
/// 3, algorithm 5.2.2M) without the steps that bear on other places alone.
std::vector<Comparator> median_network(std::size_t size);

}  // namespace aura::dsp
