#pragma once

#include "aura/base/log.h"
#include "aura/metrics/instruments.h"
#include "aura/queue/queue.h"

namespace aura::worker {

/// Tells the log of the jobs that `queue` has set aside since the last time, and counts them.
void tell_of_set_aside(queue::Queue& queue, const Log& log, metrics::Instruments& instruments);

}  // namespace aura::worker
