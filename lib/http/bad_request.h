#pragma once

#include <stdexcept>
#include <string>

namespace aura::http {

/// A request that the client must change. `what()` says how: it becomes the response's `error`.
class BadRequest : public std::runtime_error {
 public:
  /// `status` is the status of the response, 400 to 499.
  explicit BadRequest(const std::string& message, unsigned status = 400)
      : std::runtime_error(message), status_(status) {}

  unsigned status() const noexcept { return status_; }

 private:
  unsigned status_;
};

}  // namespace aura::http
