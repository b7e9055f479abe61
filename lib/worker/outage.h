#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "aura/base/log.h"
#include "aura/queue/backoff.h"

namespace aura::worker {

/// Logs a failure that lasts: immediately, then once a minute or when it changes, and when it is
/// over. Says how long to wait before the next try. Not thread-safe.
class Outage {
 public:
  using Clock = std::chrono::steady_clock;

  /// Starts without a failure.
  explicit Outage(const Log& log) : log_(log) {}

  /// Notes a failure at `now`: `what` failed, because of `why`, which may be empty. Returns how
  /// long to wait: half a second at first, at most five. Logs nothing if memory is exhausted.
  std::chrono::milliseconds failed(std::string_view what, std::string_view why,
                                   Clock::time_point now = Clock::now()) noexcept;
  /// Notes that it works again. Logs nothing if memory is exhausted.
  void over(Clock::time_point now = Clock::now()) noexcept;
  /// Returns whether failed() was called after the last over().
  bool is_on() const noexcept { return failures_ > 0; }

 private:
  void say(std::string_view what, std::string_view why, Clock::time_point now);

  Log log_;
  int failures_ = 0;
  Clock::time_point since_;
  std::optional<Clock::time_point> last_said_;
  std::string said_;
};

}  // namespace aura::worker
