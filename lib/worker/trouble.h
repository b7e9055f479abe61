#pragma once

#include <chrono>
#include <mutex>
#include <string_view>

#include "aura/base/log.h"
#include "aura/metrics/instruments.h"
#include "outage.h"

namespace aura::worker {

/// Trouble of this worker's own: no room for temporary files, no memory. While it lasts the worker
/// is not ready and holds back: it tries one job at a time, after waits that grow as in an outage.
/// Thread-safe.
class Trouble {
 public:
  Trouble(metrics::Instruments& instruments, const Log& log)
      : instruments_(instruments), outage_(log) {}

  /// A job met with it: `why`, in one line.
  void met(std::string_view why) noexcept;
  /// A job got through.
  void over() noexcept;

  bool is_on() const;
  /// How long to take no job; 0 where one may be tried.
  std::chrono::milliseconds left() const;

 private:
  using Clock = Outage::Clock;

  metrics::Instruments& instruments_;
  mutable std::mutex mutex_;
  Outage outage_;              ///< guarded by mutex_
  Clock::time_point until_{};  ///< guarded by mutex_
};

}  // namespace aura::worker
