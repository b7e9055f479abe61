#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

#include "aura/base/thread_annotations.h"

namespace aura {

/// A mutex that clang's thread safety analysis knows. Only a Lock locks it. Mark each member that
/// it protects with AURA_GUARDED_BY. Thread-safe.
class AURA_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

 private:
  friend class Lock;
  std::mutex mutex_;
};

/// Holds a Mutex from its constructor to its destructor, except between unlock() and lock().
/// Not thread-safe.
class AURA_SCOPED_CAPABILITY Lock {
 public:
  /// Blocks until `mutex` is free. The caller keeps `mutex` alive. Throws std::system_error if the
  /// operating system refuses.
  explicit Lock(Mutex& mutex) AURA_ACQUIRE(mutex) : lock_(mutex.mutex_) {}
  ~Lock() AURA_RELEASE() = default;
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  /// Releases the mutex before the destructor does. Call only while this Lock holds the mutex.
  void unlock() AURA_RELEASE() { lock_.unlock(); }
  /// Acquires the mutex again. Call only after unlock().
  void lock() AURA_ACQUIRE() { lock_.lock(); }

 private:
  std::unique_lock<std::mutex> lock_;
};

/// Lets threads wait until what a Mutex guards changes.
///
/// Each wait takes a Lock that holds the mutex and a predicate `done`. It calls `done` with the
/// mutex held and releases the mutex only while it sleeps. Write the predicate as
/// `[this]() AURA_REQUIRES(mutex_) { return ...; }`, so that the analysis allows it to read guarded
/// members. Each wait throws what `done` throws. Thread-safe.
class ConditionVariable {
 public:
  /// Throws std::bad_alloc.
  ConditionVariable() = default;
  ConditionVariable(const ConditionVariable&) = delete;
  ConditionVariable& operator=(const ConditionVariable&) = delete;

  /// Wakes one waiting thread, if any waits.
  void notify_one() noexcept { condition_.notify_one(); }
  /// Wakes all waiting threads.
  void notify_all() noexcept { condition_.notify_all(); }

  /// Blocks until `done` returns true.
  template <typename Done>
  void wait(Lock& lock, Done done) {
    condition_.wait(lock, std::move(done));
  }
  /// Blocks until `done` returns true or `stop` is triggered. Returns the last result of `done`.
  template <typename Done>
  bool wait(Lock& lock, const std::stop_token& stop, Done done) {
    return condition_.wait(lock, stop, std::move(done));
  }

  /// Blocks until `done` returns true, for at most `duration`. Returns the last result of `done`.
  template <typename Rep, typename Period, typename Done>
  bool wait_for(Lock& lock, std::chrono::duration<Rep, Period> duration, Done done) {
    return condition_.wait_for(lock, duration, std::move(done));
  }
  /// Like wait_for() above, but returns also when `stop` is triggered.
  template <typename Rep, typename Period, typename Done>
  bool wait_for(Lock& lock, const std::stop_token& stop,
                std::chrono::duration<Rep, Period> duration, Done done) {
    return condition_.wait_for(lock, stop, duration, std::move(done));
  }

  /// Blocks until `done` returns true, at most until `when`. Returns the last result of `done`.
  template <typename Clock, typename Duration, typename Done>
  bool wait_until(Lock& lock, std::chrono::time_point<Clock, Duration> when, Done done) {
    return condition_.wait_until(lock, when, std::move(done));
  }
  /// Like wait_until() above, but returns also when `stop` is triggered.
  template <typename Clock, typename Duration, typename Done>
  bool wait_until(Lock& lock, const std::stop_token& stop,
                  std::chrono::time_point<Clock, Duration> when, Done done) {
    return condition_.wait_until(lock, stop, when, std::move(done));
  }

 private:
  std::condition_variable_any condition_;
};

}  // namespace aura
