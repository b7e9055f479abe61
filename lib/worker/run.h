#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aura/base/log.h"
#include "aura/metrics/instruments.h"
#include "aura/queue/queue.h"

namespace aura::worker {

/// Where the measurements of a run come from.
enum class FoundIn {
  kNowhere,     ///< nobody had any
  kStorePart,   ///< some parts were stored
  kStore,       ///< all parts were stored
  kAnotherRun,  ///< a run of this process measured the same content at the same time
};

/// Returns the word for `found_in` in the line that ends a run. Thread-safe.
inline std::string_view name_of(FoundIn found_in) noexcept {
  switch (found_in) {
    case FoundIn::kNowhere:
      return "miss";
    case FoundIn::kStorePart:
      return "part";
    case FoundIn::kStore:
      return "hit";
    case FoundIn::kAnotherRun:
      break;
  }
  return "shared";
}

/// A run under way: its job, its log and the time of its stages. Not thread-safe.
class Run {
 public:
  using Clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::milliseconds;

  /// Starts the clock, after a download that took `fetched`. The caller keeps `claimed` and
  /// `instruments` alive.
  Run(const queue::ClaimedJob& claimed, const Log& worker_log, metrics::Instruments& instruments,
      milliseconds fetched)
      : job(claimed),
        log(worker_log.for_job(claimed.job.job_id, claimed.attempt)),
        instruments_(instruments),
        start_(Clock::now() - fetched) {
    times_.emplace_back(metrics::Stage::kFetch, fetched);
  }

  void begin(metrics::Stage stage) { stage_ = stage; }
  bool is_fetched() const { return stage_ != metrics::Stage::kFetch; }
  void spent(metrics::Stage stage, std::chrono::nanoseconds time) {
    instruments_.observe(stage, time);
    times_.emplace_back(stage, whole_ms(time));
  }
  /// Calls `wait` and returns its result. Its time does not count as the run's.
  template <typename Wait>
  auto without_wait(Wait wait) {
    const Pause pause(start_);
    return wait();
  }

  /// Returns how long the run took, without the wait for a thread.
  milliseconds duration() const { return whole_ms(Clock::now() - start_); }

  /// Returns `fields` and the times, for the line that ends a run.
  Log::Fields times(Log::Fields fields = {}) const {
    fields.emplace_back("duration_ms", std::int64_t{duration().count()});
    for (const auto& [stage, time] : times_)
      fields.emplace_back(std::string(metrics::name_of(stage)) + "_ms", std::int64_t{time.count()});
    return fields;
  }
  /// Returns times() and the stage, for a run that did not complete.
  Log::Fields cut_short(Log::Fields fields = {}) const {
    fields.emplace_back("stage", std::string(metrics::name_of(stage_)));
    return times(std::move(fields));
  }

  const queue::ClaimedJob& job;
  const Log log;
  FoundIn found_in = FoundIn::kNowhere;

 private:
  /// Moves a time on by its own life.
  struct Pause {
    explicit Pause(Clock::time_point& time) : moved(time) {}
    ~Pause() { moved += Clock::now() - begun; }
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
    Clock::time_point& moved;
    const Clock::time_point begun = Clock::now();
  };

  static milliseconds whole_ms(std::chrono::nanoseconds duration) {
    return std::chrono::duration_cast<milliseconds>(duration);
  }

  metrics::Instruments& instruments_;
  Clock::time_point start_;
  metrics::Stage stage_ = metrics::Stage::kFetch;
  std::vector<std::pair<metrics::Stage, milliseconds>> times_;
};

}  // namespace aura::worker
