#pragma once

#include "aura/base/log.h"
#include "aura/metrics/instruments.h"
#include "aura/queue/queue.h"

namespace aura::worker {

/// Logs and counts the jobs that `queue` has set aside since the last call. Call from the thread of
/// `queue` only. Throws std::bad_alloc.
void tell_of_set_aside(queue::Queue& queue, const Log& log, metrics::Instruments& instruments);

}  // namespace aura::worker
