#pragma once

#include <atomic>
#include <cassert>
#include <thread>

#include "aura/base/thread_annotations.h"

namespace aura {

/// Checks that only one thread uses an object: the thread that calls first. The object may be
/// constructed and destroyed by another thread.
///
/// Make it a member (`[[no_unique_address]] ThreadChecker thread_;`), mark members with
/// `AURA_GUARDED_BY(thread_)`, and call `thread_.check()` at the start of each function that uses
/// them: clang's analysis reports a function that forgets it. With NDEBUG it is empty and checks
/// nothing. Thread-safe.
class AURA_CAPABILITY("thread") ThreadChecker {
 public:
  ThreadChecker() = default;
  ThreadChecker(const ThreadChecker&) = delete;
  ThreadChecker& operator=(const ThreadChecker&) = delete;

  /// Aborts the process if another thread called first. Does nothing with NDEBUG.
  void check() const noexcept AURA_ASSERTS(this) {
    assert(is_on_its_thread() && "a second thread uses an object of one thread");
  }

  /// Returns whether the calling thread is the thread that called first. Returns true with NDEBUG.
  bool is_on_its_thread() const noexcept {
#ifdef NDEBUG
    return true;
#else
    auto first = std::thread::id();
    const auto self = std::this_thread::get_id();
    return thread_.compare_exchange_strong(first, self) || first == self;
#endif
  }

 private:
#ifndef NDEBUG
  mutable std::atomic<std::thread::id> thread_;
#endif
};

}  // namespace aura
