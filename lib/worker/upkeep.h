#pragma once

#include <chrono>
#include <map>
#include <stop_token>

#include "aura/base/log.h"
#include "aura/base/thread_checker.h"
#include "aura/queue/aids.h"
#include "aura/worker/settings.h"
#include "outage.h"

namespace aura::worker {

/// Prunes old runs and pictures, and makes the index and trigger of the jobs table again: some
/// producers' migrations drop what they do not know. Not thread-safe.
class Upkeep {
 public:
  /// The caller keeps `settings` and `table` alive.
  Upkeep(const WorkerSettings& settings, const queue::QueueTable& table, const Log& log)
      : settings_(settings),
        table_(table),
        log_(log),
        runs_outage_(log),
        pictures_outage_(log),
        aids_outage_(log) {}

  /// Works at the start and every ten minutes, until `stop` is triggered. Call once, from a thread
  /// of its own.
  void run(const std::stop_token& stop) noexcept;

 private:
  /// Returns whether everything succeeded. A part that fails does not keep the others from running.
  bool look_after(const std::stop_token& stop);
  void say(const queue::AidReport& report);

  using Clock = std::chrono::steady_clock;

  const WorkerSettings& settings_;
  const queue::QueueTable& table_;
  const Log log_;

  [[no_unique_address]] ThreadChecker thread_;  ///< the thread of run()
  std::map<queue::Aid, queue::AidState> said_ AURA_GUARDED_BY(thread_);
  Clock::time_point next_build_ AURA_GUARDED_BY(thread_){};  ///< of an index
  Outage runs_outage_ AURA_GUARDED_BY(thread_);
  Outage pictures_outage_ AURA_GUARDED_BY(thread_);
  Outage aids_outage_ AURA_GUARDED_BY(thread_);
};

}  // namespace aura::worker
