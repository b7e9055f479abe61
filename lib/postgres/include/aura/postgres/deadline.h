#pragma once

#include <chrono>
#include <cstdint>

namespace aura::postgres {

/// While it lives, a limit to how long its connection's server may take: after that the socket is
/// shut down, and whoever waits for an answer finds the connection lost. libpq waits without
/// limit, and where something between still acknowledges but no longer forwards, TCP's own limits
/// never strike.
class Deadline {
 public:
  /// `socket` must stay open until this has gone.
  Deadline(int socket, std::chrono::milliseconds limit);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  std::uint64_t id_;
};

}  // namespace aura::postgres
