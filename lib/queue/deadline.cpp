#include "deadline.h"

#include <sys/socket.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace aura::queue {
namespace {

using Clock = std::chrono::steady_clock;

/// One thread for all the deadlines of the process, there from the first on.
class Watch {
 public:
  static Watch& of_process() {
    static Watch watch;
    return watch;
  }

  void add(int socket, Clock::time_point when) {
    const std::lock_guard lock(mutex_);
    when_[socket] = when;
    changed_.notify_all();
  }

  void remove(int socket) {
    const std::lock_guard lock(mutex_);
    when_.erase(socket);
  }

 private:
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      const auto next = std::min_element(
          when_.begin(), when_.end(),
          [](const auto& one, const auto& other) { return one.second < other.second; });
      if (next == when_.end()) {
        changed_.wait(lock, stop, [this] { return !when_.empty(); });
      } else if (next->second <= Clock::now()) {
        // Under the lock, so that the socket can't be another's by now.
        shutdown(next->first, SHUT_RDWR);
        when_.erase(next);
      } else {
        // Not longer than to the next; an earlier one that is added meanwhile wakes it.
        const auto until = next->second;
        changed_.wait_until(lock, stop, until, [&] {
          return std::any_of(when_.begin(), when_.end(),
                             [&](const auto& other) { return other.second < until; });
        });
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<int, Clock::time_point> when_;  ///< by socket; guarded by mutex_
  std::jthread thread_{[this](const std::stop_token& stop) { run(stop); }};
};

}  // namespace

Deadline::Deadline(int socket, std::chrono::milliseconds limit) : socket_(socket) {
  Watch::of_process().add(socket_, Clock::now() + limit);
}

Deadline::~Deadline() {
  Watch::of_process().remove(socket_);
}

}  // namespace aura::queue
