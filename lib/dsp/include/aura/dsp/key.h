#pragma once

#include <cstddef>

#include "aura/dsp/chroma.h"

namespace aura::dsp {

struct Key {
  std::size_t tonic = 0;  ///< pitch class, 0 for C to 11 for B
  bool minor = false;
  double confidence =
      0;  ///< 0 to 1: how likely it is this key and none of the other 23; 0 for silence
};

/// The key of a chroma: of 24 profiles, major and minor on each tonic, the one that fits it best
/// (as Krumhansl and Schmuckler's, "Cognitive foundations of musical pitch", 1990), weighed against
/// the others as a conditional logit.
Key estimate_key(const Chroma& chroma) noexcept;

}  // namespace aura::dsp
