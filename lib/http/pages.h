#pragma once

#include <optional>
#include <string_view>

#include "server.h"

namespace aura::http {

/// Whether the web page has something at `path`: the queue at /, a job at /jobs/JOBID, and what
/// these are made of under /assets/.
bool is_page(std::string_view path);

/// What it has there, or that the browser's copy is still right. `request` must be for such a
/// path. Whether there is such a job, the page finds out itself.
Response page_for(const Request& request);

}  // namespace aura::http
