#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace aura {

/// Whether what went wrong may pass by itself.
enum class Retry { kNo, kYes };

/// Who has to do something about an error.
enum class Owner {
  kFile,    ///< who submitted the track: another file, another link
  kHost,    ///< the host of the file, or whatever lies between
  kWorker,  ///< who runs this worker: it costs the job nothing
};

/// Whose an error with this `code` is. Every code is in one table; an unknown one is the file's.
Owner owner_of(std::string_view code) noexcept;

/// What ends an attempt at a job. Thrown where a C library or a remote end is wrapped; caught in
/// one place, the job runner, which turns it into an outcome.
///
/// `what()` is one line for a musician or an operator: what is wrong and what to do. It holds no
/// secret, no URL query and no path of this machine.
class JobError : public std::runtime_error {
 public:
  /// `code` is a short, stable word for logs, metrics and the attempt's history ("http_404",
  /// "not_audio", "timeout"). `retry_after` is how long the remote end asked us to wait.
  JobError(std::string code, const std::string& message, Retry retry,
           std::optional<std::chrono::seconds> retry_after = std::nullopt);

  const std::string& code() const noexcept { return code_; }
  Owner owner() const noexcept { return owner_of(code_); }
  bool retryable() const noexcept { return retry_ == Retry::kYes; }
  std::optional<std::chrono::seconds> retry_after() const noexcept { return retry_after_; }

 private:
  std::string code_;
  Retry retry_;
  std::optional<std::chrono::seconds> retry_after_;
};

/// A setting, an argument or a database that is not as it must be; `what()` says what to do about
/// it.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown out of a stage whose stop token was triggered: the work was given up, not failed.
class Stopped : public std::runtime_error {
 public:
  Stopped() : std::runtime_error("stopped") {}
};

}  // namespace aura
