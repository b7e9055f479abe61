#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "handler.h"

namespace aura::http {

// The web page. Each handler answers 304 without a body if the browser's copy is current. All
// functions here are thread-safe.

/// Returns the page of the queue.
Response answer_queue_page(const Call& call, const WorkerState& worker);
/// Returns the page of a job. The page finds out by itself whether the job exists.
Response answer_job_page(const Call& call, const WorkerState& worker);
/// Returns the page of the catalogue.
Response answer_catalogue_page(const Call& call, const WorkerState& worker);
/// Returns the script, style or other file that `call.value` names. The file exists.
Response answer_asset(const Call& call, const WorkerState& worker);

/// Returns `segment` if a file of the page has this name, else nothing.
std::optional<std::string> asset_name_of(std::string_view segment);

}  // namespace aura::http
