#pragma once

#include <stdexcept>
#include <string>

namespace aura::http {

/// A request that its sender must change; `what()` says how.
class BadRequest : public std::runtime_error {
 public:
  explicit BadRequest(const std::string& message, unsigned status = 400)
      : std::runtime_error(message), status_(status) {}

  unsigned status() const noexcept { return status_; }

 private:
  unsigned status_;
};

}  // namespace aura::http
