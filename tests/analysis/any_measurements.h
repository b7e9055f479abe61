#pragma once

#include <random>

#include "aura/analysis/measurements.h"

namespace aura::analysis {

using Random = std::mt19937_64;

/// Returns what has tagged any measurements. Its networks are made up.
const NamedTagger& any_tagger();

/// Returns measurements of any values that to_json() can write. The fingerprint is not empty.
Measurements any_measurements(Random& random);

/// Returns any measurements whose texts can be printed: others are not read back from a store.
Measurements any_printable(Random& random);

/// Returns the parts that every measuring needs, as known: without fingerprint and tags.
KnownParts known_of(const Measurements& measured);

}  // namespace aura::analysis
