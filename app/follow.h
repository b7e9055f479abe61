#pragma once

#include <string>
#include <vector>

#include "input.h"

namespace aura::app {

/// Shows the progress of the jobs until all have ended: bars on a terminal, else a line a change;
/// then a table of results. Whether all were completed.
bool follow(Database& database, const std::vector<std::string>& job_ids);

}  // namespace aura::app
