#pragma once

#include <chrono>

#include "aura/base/mutex.h"

namespace aura::worker {

/// Decides how many jobs to hold ahead: as many as are claimed, downloaded and saved during one job
/// on each thread, plus one. Then no thread waits for a download, and no job waits here that
/// another worker could begin. Thread-safe.
class Lookahead {
 public:
  /// `threads` is the size of the pool. jobs() never exceeds `most`.
  Lookahead(int threads, int most) : threads_(threads), most_(most) {}

  /// Notes how long a download took, including the wait for its turn.
  void note_download(std::chrono::duration<double> took);
  /// Notes how long a claim took that brought jobs.
  void note_claim(std::chrono::duration<double> took);
  /// Notes how long a job used the database, before and after it was measured.
  void note_database(std::chrono::duration<double> took);
  /// Notes how long a thread measured a job.
  void note_work(std::chrono::duration<double> took);

  /// Returns how many jobs to hold in addition to the jobs that threads work on.
  int jobs() const;

 private:
  /// An exponential mean: each new value weighs a fifth. Not thread-safe.
  class Mean {
   public:
    void add(double value);
    double value() const noexcept { return value_; }

   private:
    double value_ = 0;
    bool any_ = false;
  };

  const int threads_;
  const int most_;
  mutable Mutex mutex_;
  Mean download_s_ AURA_GUARDED_BY(mutex_);
  Mean claim_s_ AURA_GUARDED_BY(mutex_);
  Mean database_s_ AURA_GUARDED_BY(mutex_);
  Mean work_s_ AURA_GUARDED_BY(mutex_);
};

}  // namespace aura::worker
