#pragma once

#include <chrono>
#include <stop_token>

#include "aura/base/log.h"
#include "aura/base/thread_checker.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "outage.h"
#include "running_jobs.h"

namespace aura::worker {

/// Extends the leases of this process's runs, over a database connection of its own. Tells lost and
/// stalled runs to stop, and queues jobs again that other workers lost. Not thread-safe.
class LeaseKeeper {
 public:
  /// Does not connect yet. The caller keeps `settings`, `running` and `instruments` alive.
  LeaseKeeper(const WorkerSettings& settings, const queue::QueueTable& table, RunningJobs& running,
              metrics::Instruments& instruments, const Log& log);

  /// Makes a round at least three times per lease while any worker has a run, until `stop` is
  /// triggered. While the database is away, the jobs go on: each outcome is fenced by its run. Call
  /// once, from a thread of its own.
  void run(const std::stop_token& stop) noexcept;

 private:
  using Clock = RunningJobs::Clock;

  /// Extends the leases first, then rescues what others lost. Returns how long until the next
  /// round.
  std::chrono::milliseconds round() noexcept;
  void beat();
  void take_back_charges();
  void rescue();
  void stop_stalled();

  const WorkerSettings& settings_;
  RunningJobs& running_;
  metrics::Instruments& instruments_;
  const Log log_;

  [[no_unique_address]] ThreadChecker thread_;  ///< the thread of run()
  postgres::Connection connection_ AURA_GUARDED_BY(thread_);
  queue::Queue queue_ AURA_GUARDED_BY(thread_);
  Outage outage_ AURA_GUARDED_BY(thread_);
  Clock::time_point rescued_at_ AURA_GUARDED_BY(thread_){};
};

}  // namespace aura::worker
