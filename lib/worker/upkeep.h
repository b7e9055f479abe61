#pragma once

#include <chrono>
#include <map>
#include <stop_token>
#include <string>

#include "aura/base/log.h"
#include "aura/base/thread_checker.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/connection.h"
#include "aura/queue/aids.h"
#include "aura/worker/settings.h"
#include "outage.h"

namespace aura::worker {

/// Prunes old runs, pictures and measurements, and makes the index and trigger of the jobs table
/// again: some producers' migrations drop what they do not know. Not thread-safe.
class Upkeep {
 public:
  /// The caller keeps `settings`, `table` and `instruments` alive.
  Upkeep(const WorkerSettings& settings, const queue::QueueTable& table,
         metrics::Instruments& instruments, const Log& log)
      : settings_(settings),
        table_(table),
        instruments_(instruments),
        log_(log),
        runs_outage_(log),
        pictures_outage_(log),
        store_outage_(log),
        aids_outage_(log) {}

  /// Works at the start and every ten minutes, until `stop` is triggered. Call once, from a thread
  /// of its own.
  void run(const std::stop_token& stop) noexcept;

 private:
  /// Returns whether everything succeeded. A part that fails does not keep the others from running.
  bool look_after(const std::stop_token& stop);
  void prune_store(postgres::Connection& connection, const std::stop_token& stop);
  void say(const queue::AidReport& report);

  using Clock = std::chrono::steady_clock;

  const WorkerSettings& settings_;
  const queue::QueueTable& table_;
  metrics::Instruments& instruments_;
  const Log log_;

  [[no_unique_address]] ThreadChecker thread_;  ///< the thread of run()
  std::map<queue::Aid, queue::AidState> said_ AURA_GUARDED_BY(thread_);
  Clock::time_point next_build_ AURA_GUARDED_BY(thread_){};  ///< of an index
  Outage runs_outage_ AURA_GUARDED_BY(thread_);
  Outage pictures_outage_ AURA_GUARDED_BY(thread_);
  Outage store_outage_ AURA_GUARDED_BY(thread_);
  // Links of jobs are looked at in turns. The last ones that were:
  std::string last_link_ AURA_GUARDED_BY(thread_);
  std::string last_reference_ AURA_GUARDED_BY(thread_);
  Outage aids_outage_ AURA_GUARDED_BY(thread_);
};

}  // namespace aura::worker
