#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <stop_token>
#include <vector>

#include "aura/base/mutex.h"

namespace aura::worker {

/// Why a running job was told to stop.
enum class StopReason {
  kNone,      ///< It was not told to stop.
  kReleased,  ///< Its run was released: its job is queued again.
  kLeft,      ///< At shutdown, its run could not be released: its lease will run out.
  kLost,      ///< Its run is no longer ours.
  kTimedOut,  ///< It made no progress for too long.
};

/// The runs of this process: from the claim to the outcome. The dispatcher, the pool threads, the
/// lease keeper and the progress writer share it. Thread-safe. May throw std::bad_alloc, except
/// where a function is noexcept.
class RunningJobs {
 public:
  using Clock = std::chrono::steady_clock;

  /// Adds a run, unless it is there. Returns the token that tells it to stop.
  std::stop_token begin(std::int64_t run_id);
  /// Notes that the download ended with `percent` progress. The run waits for a thread from now on.
  void note_ready(std::int64_t run_id, int percent);
  /// Notes that a pool thread works on the run.
  void begin_work(std::int64_t run_id);
  /// Notes that the outcome is being written. That takes as long as the database is away.
  void note_saving(std::int64_t run_id);
  /// Removes a run.
  void end(std::int64_t run_id);

  /// Notes that the run made progress, to `percent`.
  void note_progress(std::int64_t run_id, int percent);
  /// Returns the run's progress in percent; 0 for an unknown run.
  int progress(std::int64_t run_id) const;
  /// Returns why the run was told to stop; kNone for an unknown run.
  StopReason stop_reason(std::int64_t run_id) const;

  /// Returns whether the run is here.
  bool contains(std::int64_t run_id) const;
  /// Returns all runs. Each function that returns runs sorts them, lowest id first.
  std::vector<std::int64_t> all() const;
  /// Returns the runs that no thread has begun to work on, except runs told to stop.
  std::vector<std::int64_t> waiting() const;
  /// Returns the runs that made progress since `since` or wait for a thread or for the database.
  std::vector<std::int64_t> alive(Clock::time_point since) const;

  /// Tells the runs of `run_ids` to stop. A run keeps its first reason. Returns how many runs were
  /// not told before.
  int stop(const std::vector<std::int64_t>& run_ids, StopReason reason);
  /// Tells each run to stop that made no progress since `since` and waits for nothing. Returns how
  /// many runs were not told before.
  int stop_stalled(Clock::time_point since);
  /// Notes that runs of ours belong to others now. Their jobs may have been charged for a crash of
  /// this worker, which did not crash.
  void note_lost(const std::vector<std::int64_t>& run_ids);
  /// Returns the runs noted as lost since the last call.
  std::vector<std::int64_t> take_lost();

  /// Notes that the database was away just now.
  void note_database_lost() noexcept { database_lost_at_ = Clock::now(); }
  /// Returns when the database was last away; the clock's epoch if never.
  Clock::time_point database_lost_at() const noexcept { return database_lost_at_; }

  /// Returns the number of runs.
  std::size_t size() const;
  /// Notes that there may be jobs to claim.
  void wake();
  /// Returns the number of runs that ended plus the number of calls of wake().
  std::uint64_t news() const;
  /// Blocks until news() exceeds `seen`, for at most `at_most`, or until `stop` is triggered.
  void wait_for_news(std::uint64_t seen, std::chrono::milliseconds at_most,
                     const std::stop_token& stop);
  /// Blocks until there is a run, for at most `at_most`, or until `stop` is triggered.
  void wait_until_busy(std::chrono::milliseconds at_most, const std::stop_token& stop);
  /// Blocks until there is no run, for at most `at_most`, or until `stop` is triggered. Returns
  /// whether there is no run.
  bool wait_until_idle(std::chrono::milliseconds at_most, const std::stop_token& stop);

 private:
  struct Run {
    std::stop_source stop;
    StopReason reason = StopReason::kNone;
    bool begun = false;  ///< A thread works on it.
    bool waits = false;  ///< It waits for a thread or for the database, as long as that takes.
    int percent = 0;
    Clock::time_point progressed;
  };
  template <typename Wanted>
  std::vector<std::int64_t> runs_where(Wanted wanted) const;
  template <typename Stale>
  int stop_where(Stale stale, StopReason reason);

  mutable Mutex mutex_;
  ConditionVariable changed_;  ///< Notified when runs_ or news_ changes.
  std::map<std::int64_t, Run> runs_ AURA_GUARDED_BY(mutex_);
  std::uint64_t news_ AURA_GUARDED_BY(mutex_) = 0;
  std::vector<std::int64_t> lost_ AURA_GUARDED_BY(mutex_);
  std::atomic<Clock::time_point> database_lost_at_{Clock::time_point{}};
};

}  // namespace aura::worker
