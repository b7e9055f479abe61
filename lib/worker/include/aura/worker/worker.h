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
/// grace short. Throws queue::NoQueueTable when asked to drain a table that isn't there.
///
/// Returns whether it ended as it was asked to: false where `decoder` is lost, which a new start of
/// the process mends. Its jobs are back in the queue then, at no cost. Where a job doesn't stop
/// although its time is up, ends the process instead (status 0 or, for false, 1): its row is back
/// in the queue by then.
bool run_worker(const WorkerSettings& settings, const audio::Decoder& decoder, Until until,
                const Log& log, const std::stop_token& stop, const std::stop_token& hurry);

}  // namespace aura::worker
