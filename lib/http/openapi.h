#pragma once

#include "handler.h"

namespace aura::http {

/// Returns openapi.json, whose schema `Report` is analysis::report_schema() in the words of OpenAPI
/// 3.0. Thread-safe.
Response answer_openapi(const Call& call, const WorkerState& worker);

}  // namespace aura::http
