#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "aura/base/log.h"
#include "aura/queue/backoff.h"

namespace aura::worker {

/// Tells the log about something that stays wrong: at once, then once a minute or when it
/// changes, and when it is over. Also says how long to wait before trying again. Not thread-safe.
class Outage {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Outage(const Log& log) : log_(log) {}

  /// It failed (again) at `now`. Returns how long to wait: growing, from half a second to at most
  /// five.
  std::chrono::milliseconds failed(std::string_view what, Clock::time_point now = Clock::now());
  /// It works.
  void over(Clock::time_point now = Clock::now());

 private:
  Log log_;
  int failures_ = 0;
  Clock::time_point since_;
  std::optional<Clock::time_point> last_said_;
  std::string said_;
};

}  // namespace aura::worker
