#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

namespace aura::worker {

/// Why a running job was told to stop.
enum class StopReason {
  kNone,
  kReleased,  ///< its run has been put back
  kLeft,      ///< at shutdown, though its run could not be put back: its lease will run out
  kLost,      ///< its run is not ours any more
  kTimedOut,  ///< it made no progress for too long
};

/// The jobs that this process runs, seen by the dispatcher, the pool threads and the lease keeper.
/// Thread-safe.
class RunningJobs {
 public:
  using Clock = std::chrono::steady_clock;

  /// Notes that a run began. Returns how it is told to stop.
  std::stop_token begin(std::int64_t run_id);
  /// Notes that its track is here, and that it waits for a thread.
  void note_ready(std::int64_t run_id, int percent);
  /// Notes that a thread began to work on it.
  void begin_work(std::int64_t run_id);
  /// Notes that its outcome is being written, which takes as long as the database is away.
  void note_saving(std::int64_t run_id);
  void end(std::int64_t run_id);

  /// Notes that the run's thread got as far as `percent`.
  void note_progress(std::int64_t run_id, int percent);
  int progress(std::int64_t run_id) const;
  StopReason stop_reason(std::int64_t run_id) const;

  bool contains(std::int64_t run_id) const;
  std::vector<std::int64_t> all() const;
  /// The runs that no thread has begun to work on, but for those told to stop.
  std::vector<std::int64_t> waiting() const;
  /// The runs that made progress since `since`, or have to wait for a thread or for the database.
  std::vector<std::int64_t> alive(Clock::time_point since) const;

  /// Tells those of `run_ids` that run to stop; the first reason given stands.
  /// Returns how many that is news to.
  int stop(const std::vector<std::int64_t>& run_ids, StopReason reason);
  /// Tells the runs without progress since `since` to stop, unless they have to wait for a thread
  /// or for the database. Returns how many that is news to.
  int stop_stalled(Clock::time_point since);
  /// Notes that runs of ours turned out to be somebody else's: their jobs may have been charged for
  /// crashes that were none.
  void note_lost(const std::vector<std::int64_t>& run_ids);
  /// Those noted since the last call of this.
  std::vector<std::int64_t> take_lost();

  /// Notes that the database was away just now, whichever thread found that.
  void note_database_lost() noexcept { database_lost_at_ = Clock::now(); }
  /// When it was away last; the clock's beginning if it never was.
  Clock::time_point database_lost_at() const noexcept { return database_lost_at_; }

  std::size_t size() const;
  /// Notes that there may be jobs to claim.
  void wake();
  /// How many runs have ended so far, and how often wake() was called.
  std::uint64_t news() const;
  /// Waits until there are more news than `seen`, at most `at_most`, or until `stop` asks.
  void wait_for_news(std::uint64_t seen, std::chrono::milliseconds at_most,
                     const std::stop_token& stop);
  /// Waits until something runs, at most `at_most`, or until `stop` asks.
  void wait_until_busy(std::chrono::milliseconds at_most, const std::stop_token& stop);
  /// Waits until nothing runs, at most `at_most`, or until `stop` asks. Whether nothing runs.
  bool wait_until_idle(std::chrono::milliseconds at_most, const std::stop_token& stop);

 private:
  struct Run {
    std::stop_source stop;
    StopReason reason = StopReason::kNone;
    bool begun = false;  ///< a thread works on it
    bool waits = false;  ///< for a thread or for the database, as long as it takes
    int percent = 0;
    Clock::time_point progressed;
  };
  template <typename Wanted>
  std::vector<std::int64_t> those(Wanted wanted) const;
  template <typename Stale>
  int stop_where(Stale stale, StopReason reason);

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::int64_t, Run> runs_;  ///< guarded by mutex_, like news_
  std::uint64_t news_ = 0;
  std::vector<std::int64_t> lost_;  ///< guarded by mutex_
  std::atomic<Clock::time_point> database_lost_at_{Clock::time_point{}};
};

}  // namespace aura::worker
