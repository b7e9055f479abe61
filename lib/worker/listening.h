#pragma once

#include <stop_token>

#include "aura/base/log.h"
#include "aura/worker/settings.h"
#include "outage.h"
#include "running_jobs.h"

namespace aura::worker {

/// Wakes the dispatcher when jobs were inserted, for as long as notifications can be had; the
/// dispatcher looks for jobs by itself all the same. One thread.
class Listening {
 public:
  Listening(const WorkerSettings& settings, RunningJobs& running, const Log& log)
      : settings_(settings), running_(running), log_(log), outage_(log) {}

  /// Listens until `stop` asks. Throws nothing: a connection that is lost or silent is made anew.
  void run(const std::stop_token& stop) noexcept;

 private:
  /// Returns when notifications don't get through or `stop` asks; throws when the connection fails.
  void listen(const std::stop_token& stop);

  const WorkerSettings& settings_;
  RunningJobs& running_;
  Log log_;
  Outage outage_;
  bool said_unheard_ = false;
};

}  // namespace aura::worker
