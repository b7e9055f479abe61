#pragma once

#include <stop_token>

#include "aura/base/log.h"
#include "aura/base/thread_checker.h"
#include "aura/worker/settings.h"
#include "catalogue_keeper.h"
#include "outage.h"
#include "running_jobs.h"

namespace aura::worker {

/// Wakes the dispatcher when jobs are inserted, and the keeper of the catalogue when songs are. If
/// notifications do not arrive, the dispatcher still looks for jobs every POLL_INTERVAL, and the
/// keeper once a minute. Not thread-safe.
class Listening {
 public:
  /// The caller keeps all arguments but `log` alive.
  Listening(const WorkerSettings& settings, RunningJobs& running, CatalogueKeeper& catalogue,
            const Log& log)
      : settings_(settings), running_(running), catalogue_(catalogue), log_(log), outage_(log) {}

  /// Listens until `stop` is triggered. Replaces a lost or silent connection. Call once, from a
  /// thread of its own.
  void run(const std::stop_token& stop) noexcept;

 private:
  /// Returns when notifications do not arrive or `stop` is triggered. Throws if the connection
  /// fails.
  void listen(const std::stop_token& stop);

  const WorkerSettings& settings_;
  RunningJobs& running_;
  CatalogueKeeper& catalogue_;
  const Log log_;

  [[no_unique_address]] ThreadChecker thread_;  ///< the thread of run()
  Outage outage_ AURA_GUARDED_BY(thread_);
  bool said_unheard_ AURA_GUARDED_BY(thread_) = false;
};

}  // namespace aura::worker
