#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "message.h"

namespace aura::http {

/// Limits for clients.
struct ServerLimits {
  std::uint32_t header_bytes = 8 * 1024;
  std::uint64_t body_bytes = 256 * 1024;
  int step_seconds = 10;   ///< For a request to arrive, and for a client to receive a response.
  int connections = 64;    ///< Open at once. Further connections are closed immediately.
  int event_clients = 16;  ///< Connections that receive events. Further clients get 503.
  int waiting = 32;        ///< Requests that wait for `later`. Further requests get 503.
  /// For a probe's response. deploy/kubernetes waits for 5 seconds.
  int probe_seconds = 3;
  /// Probes that wait for their response, also if they were given up. Further probes are given up
  /// immediately.
  int probes = 8;
};

/// A server of HTTP/1.1. It has three threads: the clients' thread, which never blocks, a thread
/// for requests that take time, and a thread for probes.
class Server {
 public:
  /// Returns the response, or nothing to pass the request on to a probe or to `later`. The clients'
  /// thread calls it.
  using AtOnce = std::function<std::optional<Response>(const Request&)>;
  /// Returns the response. Its thread calls it for one request at a time.
  using Later = std::function<Response(const Request&)>;
  /// Returns the data of the next event. The thread of `later` calls it.
  using Look = std::function<std::string()>;

  /// Requests that may take time, but do not wait for other requests.
  struct Probes {
    /// Returns whether a request is a probe. The clients' thread calls it.
    std::function<bool(const Request&)> include;
    /// The probes' thread calls it for one probe at a time.
    Later answer;
    /// Returns the response if `answer` takes too long. The clients' thread calls it.
    Later give_up;
  };

  /// Listens on `port` of every address; on a free port if `port` is 0. A handler that throws costs
  /// its client the connection. After a `look` that throws, clients wait for the next event. `look`
  /// may be empty if no response has `is_events`. Throws std::system_error if the port is taken.
  Server(std::uint16_t port, AtOnce at_once, Later later, const ServerLimits& limits = {},
         Look look = {}, Probes probes = {});
  /// Closes every connection. Blocks until the handlers return.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Returns the port that it listens on. Thread-safe.
  std::uint16_t port() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::http
