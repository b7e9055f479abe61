#pragma once

#include <cstddef>

#include "aura/dsp/chroma.h"

namespace aura::dsp {

/// An estimate of a track's key.
struct Key {
  std::size_t tonic = 0;  ///< pitch class, 0 for C to 11 for B
  bool minor = false;
  double confidence = 0;  ///< 0 to 1: probability of this key against the other 23; 0 for silence
};

/// Returns the key whose profile fits `chroma` best, of 24 profiles: major and minor on each tonic
/// (after Krumhansl and Schmuckler, "Cognitive foundations of musical pitch", 1990). Confidence is
/// from a conditional logit over all profiles. Thread-safe.
Key estimate_key(const Chroma& chroma) noexcept;

}  // namespace aura::dsp
