#pragma once

#include <chrono>
#include <string_view>

#include "aura/base/log.h"
#include "aura/base/mutex.h"
#include "aura/metrics/instruments.h"
#include "outage.h"

namespace aura::worker {

/// Trouble of this worker: no room for temporary files, no memory. Meanwhile the worker is not
/// ready. It tries one job at a time, after waits that grow as in an outage. Thread-safe.
class Trouble {
 public:
  /// The caller keeps `instruments` alive.
  Trouble(metrics::Instruments& instruments, const Log& log)
      : instruments_(instruments), outage_(log) {}

  /// Notes that a job failed because of the trouble. `why` is one line, for the log.
  void met(std::string_view why) noexcept;
  /// Notes that a job succeeded: the trouble is over.
  void over() noexcept;

  /// Returns whether there is trouble.
  bool is_on() const;
  /// Returns how long to take no job; 0 if one may be tried.
  std::chrono::milliseconds left() const;

 private:
  using Clock = Outage::Clock;

  metrics::Instruments& instruments_;
  mutable Mutex mutex_;
  Outage outage_ AURA_GUARDED_BY(mutex_);
  Clock::time_point until_ AURA_GUARDED_BY(mutex_){};
};

}  // namespace aura::worker
