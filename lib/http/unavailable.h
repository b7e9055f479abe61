#pragma once

#include <stdexcept>
#include <string>

namespace aura::http {

/// A request that the worker can't answer at present, for a reason that clients may know. `what()`
/// becomes the `error` of the response, whose status is 503.
class Unavailable : public std::runtime_error {
 public:
  /// `retry_after_s` is when the client should ask again, in seconds; 0: when an operator has
  /// acted.
  explicit Unavailable(const std::string& message, int retry_after_s = 0)
      : std::runtime_error(message), retry_after_s_(retry_after_s) {}

  int retry_after_s() const noexcept { return retry_after_s_; }

 private:
  int retry_after_s_;
};

}  // namespace aura::http
