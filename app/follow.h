#pragma once

#include <string>
#include <vector>

#include "input.h"

namespace aura::app {

/// Shows the progress of the jobs until each has ended: bars on a terminal, else one line per
/// change. Then prints a table of results. Returns whether every job was completed. Not
/// thread-safe. Throws what the database throws.
bool follow(Database& database, const std::vector<std::string>& job_ids);

}  // namespace aura::app
