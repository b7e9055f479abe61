#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <stop_token>
#include <system_error>
#include <thread>
#include <vector>

#include "aura/base/error.h"
#include "aura/base/mutex.h"

namespace aura::catalogue {

/// Calls `task(index, stop)` for each index below `count`, in order, from up to `threads` threads.
/// Blocks until all calls have returned. If a call throws, requests the stop of the others, starts
/// no further call, and rethrows the first exception. Throws Stopped if `stop` is requested before
/// the end. Thread-safe if `task` is.
template <typename Task>
void in_parallel(std::size_t count, std::size_t threads, const std::stop_token& stop,
                 const Task& task) {
  std::stop_source inner;
  const std::stop_callback pass_on(stop, [&inner] { inner.request_stop(); });
  std::atomic<std::size_t> next{0};
  Mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    while (!inner.stop_requested()) {
      const auto index = next++;
      if (index >= count) return;
      try {
        task(index, inner.get_token());
      } catch (...) {
        const Lock lock(mutex);
        // What the others throw follows from this one.
        if (!failure) failure = std::current_exception();
        inner.request_stop();
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    try {
      while (workers.size() < std::min(count, threads)) workers.emplace_back(work);
    } catch (const std::system_error&) {
      if (workers.empty()) throw;  // otherwise those that have started do the work
    }
  }
  if (failure) std::rethrow_exception(failure);
  if (stop.stop_requested() && next < count) throw Stopped();
}

}  // namespace aura::catalogue
