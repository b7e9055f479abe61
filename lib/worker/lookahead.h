#pragma once

#include <chrono>

#include "aura/base/mutex.h"

namespace aura::worker {

/// Decides how many jobs to download ahead: as many downloads as finish during one job on each
/// thread, plus one. Then no thread waits for a download, and no job waits here that another worker
/// could begin. Thread-safe.
class Lookahead {
 public:
  /// `threads` is the size of the pool. jobs() never exceeds `most`.
  Lookahead(int threads, int most) : threads_(threads), most_(most) {}

  /// Notes how long a download took, including the wait for its turn.
  void note_download(std::chrono::duration<double> took);
  /// Notes how long a thread worked on a job.
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
  Mean work_s_ AURA_GUARDED_BY(mutex_);
};

}  // namespace aura::worker
