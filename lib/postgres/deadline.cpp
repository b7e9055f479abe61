#include "aura/postgres/deadline.h"

#include <sys/socket.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace aura::postgres {
namespace {

using Clock = std::chrono::steady_clock;

/// Watches all deadlines of the process in one thread, which the first deadline starts.
class Watch {
 public:
  static Watch& of_process() {
    static Watch watch;
    return watch;
  }

  std::uint64_t add(int socket, Clock::time_point when) {
    const std::lock_guard lock(mutex_);
    watched_[++last_id_] = {socket, when};
    changed_.notify_all();
    return last_id_;
  }

  void remove(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    watched_.erase(id);
  }

 private:
  struct Watched {
    int socket;
    Clock::time_point when;
  };

  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      const auto next = std::min_element(
          watched_.begin(), watched_.end(),
          [](const auto& one, const auto& other) { return one.second.when < other.second.when; });
      if (next == watched_.end()) {
        changed_.wait(lock, stop, [this] { return !watched_.empty(); });
      } else if (next->second.when <= Clock::now()) {
        // Under the lock: remove() returns before the owner closes the socket, so the descriptor
        // can't be reused yet.
        shutdown(next->second.socket, SHUT_RDWR);
        watched_.erase(next);
      } else {
        // An earlier deadline that is added meanwhile ends this wait.
        const auto until = next->second.when;
        changed_.wait_until(lock, stop, until, [&] {
          return std::any_of(watched_.begin(), watched_.end(),
                             [&](const auto& other) { return other.second.when < until; });
        });
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::uint64_t, Watched> watched_;  ///< guarded by mutex_, like last_id_
  std::uint64_t last_id_ = 0;
  std::jthread thread_{[this](const std::stop_token& stop) { run(stop); }};
};

}  // namespace

Deadline::Deadline(int socket, std::chrono::milliseconds limit)
    : id_(Watch::of_process().add(socket, Clock::now() + limit)) {}

Deadline::~Deadline() {
  Watch::of_process().remove(id_);
}

}  // namespace aura::postgres
