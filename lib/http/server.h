#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "message.h"

namespace aura::http {

/// What one client may take.
struct ServerLimits {
  std::uint32_t header_bytes = 8 * 1024;
  std::uint64_t body_bytes = 256 * 1024;
  int step_seconds = 10;   ///< for a request to arrive, and for a response to be taken
  int connections = 64;    ///< at once; more are closed unheard
  int event_clients = 16;  ///< of these, who may follow events; more are answered with 503
  int waiting = 32;        ///< requests that wait for a thread; more are answered with 503
  /// For a probe to be answered: less than the 5 that deploy/kubernetes gives it.
  int probe_seconds = 3;
  int probes = 8;  ///< under way, also those given up; more are given up at once
};

/// A server of HTTP/1.1 with a thread of its own for its clients, none of whom it waits for, one
/// more for what takes time, and one for probes.
class Server {
 public:
  /// Answers at once, in the clients' thread, or hands the request to `later`.
  using AtOnce = std::function<std::optional<Response>(const Request&)>;
  /// Answers from the other thread, one request at a time.
  using Later = std::function<Response(const Request&)>;
  /// Looks, from the other thread, how things are, for who follows events. Must be given where a
  /// handler answers with events.
  using Look = std::function<std::string()>;

  /// Requests that may take time, but wait for no others than their like.
  struct Probes {
    std::function<bool(const Request&)> include;
    Later answer;  ///< from a thread of their own, one at a time
    /// From the clients' thread, where `answer` doesn't come in time.
    Later give_up;
  };

  /// Listens on `port` of every address, or on a free one if that is 0. What a handler throws costs
  /// its client the connection; after a `look` that throws, clients hear of the next.
  /// Throws std::system_error where the port can't be had.
  Server(std::uint16_t port, AtOnce at_once, Later later, const ServerLimits& limits = {},
         Look look = {}, Probes probes = {});
  /// Closes every connection and waits for the request under way.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::http
