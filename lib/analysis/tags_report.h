#pragma once

#include <string>

#include "aura/analysis/measurements.h"
#include "json.h"

namespace aura::analysis {

// All functions here are thread-safe.

/// Returns whether a report tells of tags: whether a model has heard the track.
bool has_tags(const Measurements& measured) noexcept;

/// Returns `tags` of a report. Throws std::logic_error if a score is not finite.
Json tags_json(const Tags& tags);

/// Returns `vocals` of a report. Throws as tags_json() does.
Json vocals_json(const Tags& tags);

/// Returns the lines of a report for people, each with its end.
std::string tags_text(const Tags& tags);

}  // namespace aura::analysis
