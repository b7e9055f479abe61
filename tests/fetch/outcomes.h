#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include "aura/fetch/outcome.h"
#include "aura/test/eventually.h"
#include "local.h"

namespace aura::test {

/// How downloads end, as they do. Thread-safe.
class Outcomes {
 public:
  fetch::Done next() {
    return [this](fetch::Outcome outcome) {
      const std::lock_guard lock(mutex_);
      outcomes_.push_back(std::move(outcome));
      changed_.notify_all();
    };
  }
  /// The `index`th download that has come; waits for it. Throws what came instead, and
  /// std::runtime_error if nothing comes in time.
  const fetch::Download& download(std::size_t index) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return outcomes_.size() > index; }))
      throw std::runtime_error("no outcome " + std::to_string(index) + " in time");
    if (const auto* failure = std::get_if<std::exception_ptr>(&outcomes_[index])) {
      std::rethrow_exception(*failure);
    }
    return std::get<fetch::Download>(outcomes_[index]);
  }
  /// The text of download(index). Throws what download() throws.
  std::string text(std::size_t index) { return text_of(download(index)); }
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return outcomes_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<fetch::Outcome> outcomes_;  // never moves what has come
};

}  // namespace aura::test
