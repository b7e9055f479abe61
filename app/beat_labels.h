#pragma once

#include <string>

#include "aura/analysis/rhythm.h"

namespace aura::app {

/// Returns the beats as a label track that Audacity imports: a line per beat with its start and end
/// in seconds and its number in the bar, separated by tabs. If the bars are unclear, the numbers
/// count all beats. Thread-safe.
std::string beat_labels(const analysis::Rhythm& rhythm);

}  // namespace aura::app
