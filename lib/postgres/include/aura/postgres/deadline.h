#pragma once

#include <chrono>
#include <cstdint>

namespace aura::postgres {

/// Limits how long a server may take to answer: shuts down the connection's socket at the limit,
/// and a thread that waits for the answer finds the connection lost. libpq has no such limit. TCP's
/// limits do not help if a proxy acknowledges packets but no longer forwards them. Thread-safe: any
/// thread may create and destroy a Deadline.
class Deadline {
 public:
  /// Starts the time. The caller keeps `socket` open while this Deadline lives. The first Deadline
  /// of a process starts a thread, and throws std::system_error if none can start.
  Deadline(int socket, std::chrono::milliseconds limit);
  /// Cancels the limit.
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  std::uint64_t id_;
};

}  // namespace aura::postgres
