#include "aura/base/wait.h"

#include <condition_variable>
#include <mutex>

namespace aura {

bool wait_for(std::chrono::milliseconds duration, const std::stop_token& stop) noexcept {
  // ConditionVariable would allocate, which can fail.
  std::mutex mutex;
  std::condition_variable condition;
  const std::stop_callback wake(stop, [&] {
    const std::lock_guard lock(mutex);
    condition.notify_all();
  });
  std::unique_lock lock(mutex);
  condition.wait_for(lock, duration, [&] { return stop.stop_requested(); });
  return !stop.stop_requested();
}

}  // namespace aura
