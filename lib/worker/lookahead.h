#pragma once

#include <chrono>
#include <mutex>

namespace aura::worker {

/// How many jobs to download beyond those that threads work on, so that no thread waits for a
/// download and no job waits here that another worker could have begun: as many as arrive while a
/// thread is at work, and one. Thread-safe.
class Lookahead {
 public:
  /// `most` jobs, however slow the downloads are.
  Lookahead(int threads, int most) : threads_(threads), most_(most) {}

  /// Notes how long a download took, waiting for its turn included.
  void note_download(std::chrono::duration<double> took);
  /// Notes how long a thread was at work on a job.
  void note_work(std::chrono::duration<double> took);

  int jobs() const;

 private:
  /// A mean that forgets: each new value weighs a fifth.
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
  mutable std::mutex mutex_;
  Mean download_s_, work_s_;  ///< guarded by mutex_
};

}  // namespace aura::worker
