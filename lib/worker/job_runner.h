#pragma once

#include <stop_token>

#include "aura/analysis/report.h"
#include "aura/base/error.h"
#include "aura/base/log.h"
#include "aura/fetch/fetcher.h"
#include "aura/queue/connection.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "progress_writer.h"
#include "running_jobs.h"
#include "tally.h"

namespace aura::worker {

/// Runs jobs, one at a time, over a database connection of its own. Not thread-safe: each pool
/// thread has its own; the fetcher is shared.
class JobRunner {
 public:
  JobRunner(const WorkerSettings& settings, const queue::QueueTable& table,
            const fetch::Fetcher& fetcher, RunningJobs& running, ProgressWriter& progress,
            Tally& tally, const Log& log);

  /// Takes the job from its URL to its outcome in the database. When `stop` asks, gives up soon
  /// and writes nothing, the run being somebody else's by then, unless it was for want of progress.
  /// Throws nothing: whatever goes wrong becomes an outcome or, where the database refuses even
  /// that, a line in the log.
  void run(const queue::ClaimedJob& job, const std::stop_token& stop) noexcept;

 private:
  analysis::Report analyze(const queue::ClaimedJob& job, const std::stop_token& stop);
  void lost(const queue::ClaimedJob& job, const Log& log);
  void stopped(const queue::ClaimedJob& job, const Log& log);
  void finish(const queue::ClaimedJob& job, const queue::Result& result,
              const std::stop_token& stop, const Log& log);
  void give_up(const queue::ClaimedJob& job, const JobError& error, const std::stop_token& stop,
               const Log& log);
  template <typename Write>
  queue::Ending settle(Write write, const std::stop_token& stop, const Log& log);

  const WorkerSettings& settings_;
  const fetch::Fetcher& fetcher_;
  RunningJobs& running_;
  ProgressWriter& progress_;
  Tally& tally_;
  Log log_;
  queue::Connection connection_;
  queue::Queue queue_;
};

}  // namespace aura::worker
