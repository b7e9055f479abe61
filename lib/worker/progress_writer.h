#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "aura/base/log.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "outage.h"
#include "running_jobs.h"

namespace aura::worker {

/// Writes the progress of this process's runs to their rows, over a database connection of its own,
/// so that no analysis waits for the database. What was overtaken by later progress is not written:
/// a front end's bar is a courtesy. Thread-safe but for run().
class ProgressWriter {
 public:
  ProgressWriter(const WorkerSettings& settings, const queue::QueueTable& table,
                 RunningJobs& running, metrics::Instruments& instruments, const Log& log);

  /// Notes how far a run is. Returns at once.
  void report(std::int64_t run_id, int percent);
  /// Drops what is not written yet of a run: its outcome is next.
  void forget(std::int64_t run_id);

  /// Writes until `stop` asks, in a thread of its own; runs that turn out to be lost are told to
  /// stop. Throws nothing.
  void run(const std::stop_token& stop) noexcept;

 private:
  std::vector<queue::ProgressReport> wait_for_reports(const std::stop_token& stop);
  /// Notes again what could not be written and was not overtaken meanwhile.
  void take_back(const std::vector<queue::ProgressReport>& reports);
  void stop_lost(const std::vector<queue::ProgressReport>& reports,
                 const std::vector<std::int64_t>& ours);

  RunningJobs& running_;
  metrics::Instruments& instruments_;
  postgres::Connection connection_;
  queue::Queue queue_;
  Outage outage_;

  std::mutex mutex_;
  std::condition_variable_any reported_;
  /// The runs that report, with what is not written yet; guarded by mutex_.
  std::map<std::int64_t, std::optional<int>> latest_;
  bool has_news_ = false;  ///< guarded by mutex_
};

}  // namespace aura::worker
