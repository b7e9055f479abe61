#include "each_file.h"

#include <set>

#include "aura/base/error.h"
#include "aura/base/mutex.h"
#include "aura/catalogue/in_parallel.h"

namespace aura::app {
namespace {

constexpr std::size_t kMostAhead = 256;

/// Brings files back into order. Thread-safe.
class Order {
 public:
  Order(Progress& progress, const std::function<void(std::size_t)>& show)
      : progress_(progress), show_(show) {}

  /// Waits until `place` is less than kMostAhead from what is shown next, on which another thread
  /// works. Throws Stopped.
  void wait_for(std::size_t place, const std::stop_token& stop) {
    Lock lock(mutex_);
    if (!shown_.wait(lock, stop,
                     [&]() AURA_REQUIRES(mutex_) { return place < next_ + kMostAhead; }))
      throw Stopped();
  }

  void finish(std::size_t place) {
    const Lock lock(mutex_);
    finished_.insert(place);
    for (; finished_.erase(next_) > 0; ++next_) show_(next_);
    progress_.advance();
    shown_.notify_all();
  }

 private:
  Progress& progress_;  // used with the mutex held
  const std::function<void(std::size_t)>& show_;
  Mutex mutex_;
  ConditionVariable shown_;
  std::size_t next_ AURA_GUARDED_BY(mutex_) = 0;
  std::set<std::size_t> finished_ AURA_GUARDED_BY(mutex_);  // but not shown
};

}  // namespace

void for_each_file(std::size_t count, std::size_t threads, Progress& progress,
                   const EachFile& each) {
  Order order(progress, each.show);
  catalogue::in_parallel(count, threads, {}, [&](std::size_t place, const std::stop_token& stop) {
    order.wait_for(place, stop);
    each.work(place, stop);
    order.finish(place);
  });
}

}  // namespace aura::app
