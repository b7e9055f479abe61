#pragma once

#include <chrono>
#include <stop_token>

#include "aura/base/log.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/connection.h"
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

  /// Beats until `stop` asks, at least three times a lease while runs of any worker are under way.
  /// Throws nothing. A database that is away is waited for, and the jobs go on meanwhile: the fence
  /// decides whether their outcomes still count.
  void run(const std::stop_token& stop) noexcept;

 private:
  using Clock = RunningJobs::Clock;

  /// Extends the leases of what runs here, first of all; then sees to what others lost. How long
  /// until the next round.
  std::chrono::milliseconds round() noexcept;
  void beat();
  void take_back_charges();
  void rescue();
  void stop_stalled();

  const WorkerSettings& settings_;
  RunningJobs& running_;
  metrics::Instruments& instruments_;
  Log log_;
  postgres::Connection connection_;
  queue::Queue queue_;
  Outage outage_;
  Clock::time_point rescued_at_{};
};

}  // namespace aura::worker
