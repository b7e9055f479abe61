#pragma once

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "aura/test/eventually.h"

namespace aura::test {

/// A thread of a test that can't make the test hang: waits for its end have a limit, and a test
/// that fails earlier makes the thread end. Not thread-safe.
class Background {
 public:
  /// Runs `body`, which messages call `name`. `end` must make `body` return soon; it may be called
  /// when `body` has returned.
  Background(std::string name, std::function<void()> body, std::function<void()> end)
      : name_(std::move(name)), end_(std::move(end)), thread_([this, body = std::move(body)] {
          try {
            body();
          } catch (...) {
            thrown_ = std::current_exception();
          }
          const std::lock_guard lock(mutex_);
          has_ended_ = true;
          ended_.notify_all();
        }) {}

  /// Makes the thread end unless join() saw its end. Aborts the process if the thread goes on: what
  /// it uses is about to be destroyed.
  ~Background() {
    if (!thread_.joinable()) return;
    end_();
    if (!ends_in_time()) {
      std::fprintf(stderr, "%s has not ended in time\n", name_.c_str());
      std::abort();
    }
    thread_.join();
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Waits for the end of the thread. Throws what `body` threw, and std::runtime_error if the
  /// thread goes on for longer than kPatience.
  void join() {
    if (!ends_in_time()) throw std::runtime_error(name_ + " has not ended in time");
    thread_.join();
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  bool ends_in_time() {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, kPatience, [this] { return has_ended_; });
  }

  std::string name_;
  std::function<void()> end_;
  std::exception_ptr thrown_;  // the thread's until has_ended_
  std::mutex mutex_;
  std::condition_variable ended_;
  bool has_ended_ = false;  // guarded by mutex_
  std::thread thread_;      // last: uses the others
};

}  // namespace aura::test
