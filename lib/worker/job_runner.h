#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <variant>

#include "aura/analysis/report.h"
#include "aura/audio/decoder.h"
#include "aura/base/error.h"
#include "aura/base/log.h"
#include "aura/fetch/fetcher.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "progress_writer.h"
#include "running_jobs.h"
#include "trouble.h"

namespace aura::worker {

/// A download that ended: the file or the error.
struct FetchedTrack {
  fetch::Fetcher::Outcome outcome;
  std::chrono::milliseconds took{};

  /// Returns the size of the file; 0 after an error.
  std::size_t bytes() const {
    const auto* file = std::get_if<Spool>(&outcome);
    return file == nullptr ? 0 : static_cast<std::size_t>(file->size());
  }
};

/// Runs jobs, one at a time, over a database connection of its own. Not thread-safe: one thread at
/// a time uses it.
class JobRunner {
 public:
  /// Does not connect yet. The caller keeps all arguments but `table` and `log` alive.
  JobRunner(const WorkerSettings& settings, const queue::QueueTable& table,
            const audio::Decoder& decoder, RunningJobs& running, ProgressWriter& progress,
            Trouble& trouble, metrics::Instruments& instruments, const Log& log);

  /// Takes the job from its downloaded track to its outcome in the database. Each error becomes an
  /// outcome or, if the database refuses the outcome, a line in the log. When `stop` is triggered,
  /// returns soon and writes nothing: the run is no longer ours. A run that timed out is an
  /// exception: it is still ours and fails.
  void run(const queue::ClaimedJob& job, FetchedTrack track, const std::stop_token& stop) noexcept;

 private:
  class Run;

  void carry_out(Run& run, const FetchedTrack& track, const std::stop_token& stop);
  analysis::Report analyze(Run& run, const fetch::Fetcher::Outcome& outcome,
                           const std::stop_token& stop);
  void wait_for_release(const std::stop_token& stop);
  void lost(const Run& run);
  void released(const Run& run);
  void stopped(const Run& run);
  void finish(Run& run, const queue::Result& result, const std::stop_token& stop);
  void give_up(const Run& run, const JobError& error, const std::stop_token& stop);
  void excuse(const Run& run, const JobError& error, const std::stop_token& stop);
  void not_recorded(const Run& run, queue::Ending ending, const Log::Fields& why);
  template <typename Write>
  queue::Ending settle(Write write, const Run& run, const std::stop_token& stop);

  const WorkerSettings& settings_;
  const audio::Decoder& decoder_;
  RunningJobs& running_;
  ProgressWriter& progress_;
  Trouble& trouble_;
  metrics::Instruments& instruments_;
  const Log log_;
  // Of the pool thread that runs a job: the dispatcher gives a runner to one thread at a time.
  postgres::Connection connection_;
  queue::Queue queue_;
};

}  // namespace aura::worker
