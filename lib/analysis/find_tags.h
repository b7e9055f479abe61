#pragma once

#include "aura/analysis/tags.h"
#include "aura/models/track_tagger.h"

namespace aura::analysis {

/// Returns what `found` says, of a track that was tagged as `tagging` states. Thread-safe.
Tags to_tags(const Tagging& tagging, const models::TrackTags& found);

}  // namespace aura::analysis
