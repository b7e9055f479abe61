#pragma once

#include <memory>
#include <stop_token>

#include "aura/analysis/tags.h"
#include "aura/audio/decoder.h"
#include "aura/base/log.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/metrics/instruments.h"
#include "aura/worker/settings.h"

namespace aura::worker {

/// Returns how many database connections a worker with these settings holds. Thread-safe.
int connections(const WorkerSettings& settings) noexcept;

/// When a worker ends without being asked to.
enum class Until {
  kStopped,  ///< never
  kDrained,  ///< when no job is queued or running
};

/// How a worker ended.
enum class WorkerOutcome {
  kAsAsked,
  /// The decoder is lost: only a new process can decode. Running jobs are queued again, at no cost.
  kDecoderLost,
  /// A job did not stop in time. Its row is queued again, but a thread still works on it. Only the
  /// end of the process ends that thread: call std::_Exit.
  kJobStuck,
};

/// Claims jobs from the database, analyses their tracks and writes the results. Not thread-safe.
class Worker {
 public:
  /// Logs that the worker starts. Keeps `catalogue` as the database is, while it runs. Tags tracks
  /// by `tagger`, unless it is null. The caller keeps all arguments but `log` alive.
  Worker(const WorkerSettings& settings, const audio::Decoder& decoder,
         catalogue::CatalogueReader& catalogue, metrics::Instruments& instruments, const Log& log,
         const analysis::NamedTagger* tagger = nullptr);
  /// Blocks until each thread of the worker ended. After kJobStuck, that may take for ever.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Runs the worker in the calling thread until `stop` is triggered or, with kDrained, until no
  /// job is queued or running. Waits for a database that is not there yet. At shutdown, `hurry`
  /// ends the grace period early. Call once. With kDrained, throws queue::NoQueueTable if the jobs
  /// table does not exist, and postgres::DatabaseError if the database refuses the worker.
  WorkerOutcome run(Until until, const std::stop_token& stop, const std::stop_token& hurry);

 private:
  struct Running;

  const WorkerSettings& settings_;
  const audio::Decoder& decoder_;
  catalogue::CatalogueReader& catalogue_;
  metrics::Instruments& instruments_;
  const Log log_;
  const analysis::NamedTagger* tagger_;
  /// Empty except after kJobStuck, when threads still use it.
  std::unique_ptr<Running> stuck_;
};

}  // namespace aura::worker
