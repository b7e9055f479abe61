#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <vector>

#include "aura/base/log.h"
#include "aura/base/mutex.h"
#include "aura/base/thread_checker.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "outage.h"
#include "running_jobs.h"

namespace aura::worker {

/// Writes the progress of runs to their rows, over a database connection of its own: no analysis
/// waits for the database. Only the latest progress of a run is written. Thread-safe, except run().
class ProgressWriter {
 public:
  /// Does not connect yet. The caller keeps `running` and `instruments` alive.
  ProgressWriter(const WorkerSettings& settings, const queue::QueueTable& table,
                 RunningJobs& running, metrics::Instruments& instruments, const Log& log);

  /// Notes the progress of a run, in percent, for run() to write. Returns immediately.
  void report(std::int64_t run_id, int percent);
  /// Drops the progress of a run that is not written yet: its outcome follows.
  void forget(std::int64_t run_id);

  /// Writes progress until `stop` is triggered. Tells runs to stop that turn out to be lost. Call
  /// once, from a thread of its own.
  void run(const std::stop_token& stop) noexcept;

 private:
  std::vector<queue::ProgressReport> wait_for_reports(const std::stop_token& stop);
  /// Notes reports again that could not be written, unless later progress replaced them.
  void take_back(const std::vector<queue::ProgressReport>& reports);
  /// Tells the runs of `reports` to stop that are not in `ours`.
  void stop_lost(const std::vector<queue::ProgressReport>& reports,
                 const std::vector<std::int64_t>& ours);

  RunningJobs& running_;
  metrics::Instruments& instruments_;

  [[no_unique_address]] ThreadChecker thread_;  ///< the thread of run()
  postgres::Connection connection_ AURA_GUARDED_BY(thread_);
  queue::Queue queue_ AURA_GUARDED_BY(thread_);
  Outage outage_ AURA_GUARDED_BY(thread_);

  Mutex mutex_;
  ConditionVariable reported_;  ///< Notified when has_news_ is set.
  /// The runs that report, each with its progress that is not written yet.
  std::map<std::int64_t, std::optional<int>> latest_ AURA_GUARDED_BY(mutex_);
  bool has_news_ AURA_GUARDED_BY(mutex_) = false;
};

}  // namespace aura::worker
