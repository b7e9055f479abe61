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

  /// It failed (again) at `now`: `what` couldn't be done, and `why`. Returns how long to wait:
  /// growing, from half a second to at most five. Where there is no memory left to say so, says
  /// nothing.
  std::chrono::milliseconds failed(std::string_view what, std::string_view why,
                                   Clock::time_point now = Clock::now()) noexcept;
  /// It works. As silent as failed() where there is no memory left.
  void over(Clock::time_point now = Clock::now()) noexcept;
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
