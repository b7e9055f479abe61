#include "aura/base/mutex.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

using aura::ConditionVariable;
using aura::Lock;
using aura::Mutex;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

/// A number that threads raise and wait for.
class Counter {
 public:
  void raise() {
    const Lock lock(mutex_);
    ++value_;
    raised_.notify_all();
  }

  int value() {
    const Lock lock(mutex_);
    return value_;
  }

  void wait_for_at_least(int wanted) {
    Lock lock(mutex_);
    raised_.wait(lock, [&]() AURA_REQUIRES(mutex_) { return value_ >= wanted; });
  }

  /// Every wait but the first kind, each until `value() >= wanted`.
  std::vector<bool> wait_in_each_way(int wanted, milliseconds at_most,
                                     const std::stop_token& stop) {
    const auto when = steady_clock::now() + at_most;
    const auto done = [&]() AURA_REQUIRES(mutex_) { return value_ >= wanted; };
    Lock lock(mutex_);
    return {raised_.wait_for(lock, at_most, done), raised_.wait_for(lock, stop, at_most, done),
            raised_.wait_until(lock, when, done), raised_.wait_until(lock, stop, when, done)};
  }

  /// Whether `value() >= wanted`, after waiting for that or for `stop`.
  bool wait(int wanted, const std::stop_token& stop) {
    Lock lock(mutex_);
    return raised_.wait(lock, stop, [&]() AURA_REQUIRES(mutex_) { return value_ >= wanted; });
  }

  /// Raises the value by calling raise() of this very object while a Lock lives.
  void raise_unlocked() {
    Lock lock(mutex_);
    lock.unlock();
    raise();
    lock.lock();
    ++value_;
  }

 private:
  Mutex mutex_;
  ConditionVariable raised_;
  int value_ AURA_GUARDED_BY(mutex_) = 0;
};

}  // namespace

TEST_CASE("Lock: one thread at a time", "[tsan]") {
  Counter counter;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&counter] {
        for (int j = 0; j < 1000; ++j) counter.raise();
      });
    }
  }
  CHECK(counter.value() == 4000);
}

TEST_CASE("Lock: unlock() releases the mutex, lock() takes it again") {
  Counter counter;
  counter.raise_unlocked();
  CHECK(counter.value() == 2);
}

TEST_CASE("ConditionVariable: a wait ends when its predicate becomes true", "[tsan]") {
  Counter counter;
  const std::stop_source stop;
  const std::jthread other([&counter] {
    for (int i = 0; i < 100; ++i) counter.raise();
  });
  counter.wait_for_at_least(40);
  CHECK(counter.wait(60, stop.get_token()));
  CHECK(counter.wait_in_each_way(100, hours(1), stop.get_token()) == std::vector<bool>(4, true));
}

TEST_CASE("ConditionVariable: a wait ends when its time is over") {
  Counter counter;
  const std::stop_source stop;
  CHECK(counter.wait_in_each_way(1, milliseconds(1), stop.get_token()) ==
        std::vector<bool>(4, false));
}

TEST_CASE("ConditionVariable: a stop token ends a wait", "[tsan]") {
  Counter counter;
  std::stop_source stop;
  const std::jthread other([&] {
    counter.wait_for_at_least(1);
    stop.request_stop();
  });
  counter.raise();
  CHECK(!counter.wait(2, stop.get_token()));
  CHECK(counter.wait(1, stop.get_token()));
}
