#pragma once

#include "handler.h"

namespace aura::http {

/// Returns 200 if the dispatcher made a round recently or the worker is stopping, else 503.
/// Thread-safe.
Response answer_health(const Call& call, const WorkerState& worker);

}  // namespace aura::http
