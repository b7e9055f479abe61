#pragma once

#include <chrono>
#include <stop_token>

#include "aura/base/log.h"
#include "aura/base/mutex.h"
#include "aura/base/thread_checker.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/metrics/instruments.h"
#include "aura/worker/settings.h"
#include "outage.h"

namespace aura::worker {

/// Keeps the index of the catalogue as the database is.
class CatalogueKeeper {
 public:
  /// The caller keeps `settings`, `reader` and `instruments` alive.
  CatalogueKeeper(const WorkerSettings& settings, catalogue::CatalogueReader& reader,
                  metrics::Instruments& instruments, const Log& log)
      : settings_(settings), reader_(reader), instruments_(instruments), log_(log), outage_(log) {}

  /// Reads the catalogue at the start, after each wake() and once a minute, until `stop` is
  /// triggered. Connects to the database for that only. Call once, from a thread of its own.
  void run(const std::stop_token& stop) noexcept;

  /// Makes run() look soon: the catalogue has changed. Thread-safe.
  void wake();

 private:
  using Clock = std::chrono::steady_clock;

  /// Returns whether it could read.
  bool look(catalogue::CatalogueReader::Scope scope, const std::stop_token& stop);
  /// Blocks until `until`, or until wake() is called; not if it was called since the last call.
  void wait_for_news(Clock::time_point until, const std::stop_token& stop);
  void say();

  const WorkerSettings& settings_;
  catalogue::CatalogueReader& reader_;
  metrics::Instruments& instruments_;
  const Log log_;

  [[no_unique_address]] ThreadChecker thread_;  ///< the thread of run()
  Outage outage_ AURA_GUARDED_BY(thread_);
  catalogue::ReaderStatus said_ AURA_GUARDED_BY(thread_);

  Mutex mutex_;
  ConditionVariable news_;
  bool has_news_ AURA_GUARDED_BY(mutex_) = false;
};

}  // namespace aura::worker
