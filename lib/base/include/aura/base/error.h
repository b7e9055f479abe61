#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace aura {

// All functions here are thread-safe.

/// Whether another try may succeed.
enum class Retry { kNo, kYes };

/// Who can remove the cause of an error.
enum class Owner {
  kFile,    ///< whoever submitted the track, with another file or link
  kHost,    ///< the host of the file, or the network on the way to it
  kWorker,  ///< the operator of this worker; the error costs the job no attempt
};

/// Returns who owns errors with this `code`, from the table of all codes in error.cpp. Returns
/// kHost if `code` starts with "http_", and kFile if it is unknown.
Owner owner_of(std::string_view code) noexcept;

/// Ends an attempt at a job. Code that wraps a C library or a remote end throws it. Only the job
/// runner turns it into an outcome.
///
/// `what()` is one line for a musician or an operator: what is wrong and what to do. It holds no
/// secret, no URL query and no path of this machine.
class JobError : public std::runtime_error {
 public:
  /// `code` is a short, stable word for logs, metrics and the history of the job ("http_404",
  /// "not_audio", "timeout"). `retry_after` is how long the remote end asks us to wait.
  JobError(std::string code, const std::string& message, Retry retry,
           std::optional<std::chrono::seconds> retry_after = std::nullopt);

  const std::string& code() const noexcept { return code_; }
  Owner owner() const noexcept { return owner_of(code_); }
  bool retryable() const noexcept { return retry_ == Retry::kYes; }
  /// Returns how long the remote end asks us to wait; nothing if it does not say.
  std::optional<std::chrono::seconds> retry_after() const noexcept { return retry_after_; }

 private:
  std::string code_;
  Retry retry_;
  std::optional<std::chrono::seconds> retry_after_;
};

/// Thrown if a setting, an argument or a database is not as it must be. `what()` says what is wrong
/// and what to do.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown by work whose stop token is triggered. Stopping is no failure: Stopped does not derive
/// from std::exception, so handlers of std::exception let it pass.
class Stopped {};

}  // namespace aura
