#pragma once

#include <stop_token>

#include "aura/audio/decoder.h"
#include "aura/base/log.h"
#include "aura/worker/settings.h"

namespace aura::worker {

/// How many database connections a worker with these settings holds.
int connections(const WorkerSettings& settings) noexcept;

enum class Until { kStopped, kDrained };

/// Runs a worker in the calling thread until `stop` asks to stop or, with kDrained, until nothing
/// is queued or running. Waits for a database that isn't there yet. `hurry` cuts the shutdown's
/// grace short. Where a job doesn't stop although its time is up, ends the process (status 0): its
/// row is back in the queue by then. Throws queue::NoQueueTable when asked to drain a table that
/// isn't there.
void run_worker(const WorkerSettings& settings, const audio::Decoder& decoder, Until until,
                const Log& log, const std::stop_token& stop, const std::stop_token& hurry);

}  // namespace aura::worker
