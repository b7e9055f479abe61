#pragma once

#include <optional>
#include <vector>

#include "aura/analysis/measurements.h"
#include "aura/analysis/space.h"
#include "aura/base/sha256.h"
#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/song.h"

namespace aura::catalogue {

// All functions here are thread-safe.

/// Returns the shipped spaces of the vectors that a process can measure, the preferred first: with
/// a model that of embeddings, if this release has one; always that of Timbre, the last.
std::vector<analysis::Space> shipped_spaces(bool has_model);

/// Returns the vector of the embedding in `tags`; nothing without tags, or if this release has no
/// projection of embeddings.
std::optional<RawVector> embedding_of(const std::optional<analysis::Tags>& tags);

/// Returns all vectors that can be had of the measurements, in their versions of today: those of
/// Timbre and of the embedding.
std::vector<RawVector> vectors_of(const analysis::Measurements& measured);
std::vector<RawVector> vectors_of(const analysis::KnownParts& known);

/// Returns the row of a song whose file has these measurements and the SHA-256 `content`.
NewRow make_row(const Sha256& content, Song song, const analysis::Measurements& measured);

}  // namespace aura::catalogue
