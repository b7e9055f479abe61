#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

#include "aura/base/error.h"
#include "aura/base/mutex.h"

namespace aura::worker {

/// Lends objects to threads, each object to one thread at a time. Thread-safe.
template <typename Object>
class Lender {
 public:
  Lender() = default;
  Lender(const Lender&) = delete;
  Lender& operator=(const Lender&) = delete;

  /// Adds an object that may be lent.
  void add(std::unique_ptr<Object> object) {
    const Lock lock(mutex_);
    here_.push_back(std::move(object));
    returned_.notify_one();
  }

  /// An object, which its destructor gives back. The caller keeps the Lender alive. Not
  /// thread-safe.
  class Loan {
   public:
    Loan(Lender& lender, std::unique_ptr<Object> object)
        : lender_(lender), object_(std::move(object)) {}
    ~Loan() { lender_.add(std::move(object_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Object& operator*() const noexcept { return *object_; }
    Object* operator->() const noexcept { return object_.get(); }

   private:
    Lender& lender_;
    std::unique_ptr<Object> object_;
  };

  /// Blocks until an object is here. Throws Stopped if `stop` is requested before.
  Loan take(const std::stop_token& stop) {
    Lock lock(mutex_);
    // Whoever has the objects has limits of its own.
    while (!returned_.wait_for(lock, stop, std::chrono::hours(1),
                               [this]() AURA_REQUIRES(mutex_) { return !here_.empty(); })) {
      if (stop.stop_requested()) throw Stopped();
    }
    auto object = std::move(here_.back());
    here_.pop_back();
    return Loan(*this, std::move(object));
  }

 private:
  Mutex mutex_;
  ConditionVariable returned_;
  std::vector<std::unique_ptr<Object>> here_ AURA_GUARDED_BY(mutex_);
};

}  // namespace aura::worker
