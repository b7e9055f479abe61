#pragma once

#include <string_view>

namespace aura::analysis {

/// data/embedding.projection and data/embedding.space; empty in a release without them.
extern const std::string_view kEmbeddingProjection;
extern const std::string_view kEmbeddingSpace;

}  // namespace aura::analysis
