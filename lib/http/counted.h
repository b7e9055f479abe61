#pragma once

namespace aura::http {

/// Adds one to a count while it lives. The caller keeps the count alive. Not thread-safe.
class Counted {
 public:
  explicit Counted(int& count) : count_(++count) {}
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  int& count_;
};

}  // namespace aura::http
