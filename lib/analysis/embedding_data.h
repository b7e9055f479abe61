#pragma once

#include <string_view>

namespace aura::analysis {

// Return data/embedding.projection and data/embedding.space; empty texts in a release without them.
// Thread-safe. The texts live until the process ends.
std::string_view projection_text();
std::string_view projected_space_text();

}  // namespace aura::analysis
