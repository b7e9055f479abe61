#pragma once

#include <chrono>
#include <stop_token>

#include "aura/base/log.h"
#include "aura/metrics/instruments.h"
#include "aura/queue/connection.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "outage.h"
#include "running_jobs.h"

namespace aura::worker {

/// Keeps the leases of this process's runs, over a database connection of its own, and looks after
/// the queue: stops what must not go on, puts back what other workers lost. One thread.
class LeaseKeeper {
 public:
  LeaseKeeper(const WorkerSettings& settings, const queue::QueueTable& table, RunningJobs& running,
              metrics::Instruments& instruments, const Log& log);

  /// Beats until `stop` asks, at least three times a lease. Throws nothing: a database that is away
  /// is waited for, and jobs whose lease may have run out meanwhile are told to stop.
  void run(const std::stop_token& stop) noexcept;

 private:
  using Clock = RunningJobs::Clock;

  void beat();
  void rescue();
  void stop_what_must_not_go_on();

  const WorkerSettings& settings_;
  RunningJobs& running_;
  metrics::Instruments& instruments_;
  Log log_;
  queue::Connection connection_;
  queue::Queue queue_;
  Outage outage_;
  Outage rescue_outage_;
};

}  // namespace aura::worker
