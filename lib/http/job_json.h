#pragma once

#include <optional>
#include <string>

#include "aura/metrics/instruments.h"
#include "aura/queue/listing.h"
#include "json_response.h"

namespace aura::http {

// All functions here are thread-safe.

/// Returns the text as a JSON string, or null.
Json optional_json(const std::optional<std::string>& text);

/// Returns a job as the lists and the page show it.
Json to_json(const queue::JobSummary& job);

/// Adds "estimatedTimeRemaining" to `body`, in whole seconds: what the stages after `progress` took
/// lately. Adds nothing before this process has completed a job.
void add_time_left(Json& body, int progress, const metrics::Instruments& instruments);

}  // namespace aura::http
