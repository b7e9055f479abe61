#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "hop.h"
#include "resolver.h"
#include "tls.h"

namespace aura::fetch {

/// A connection over TCP, or over TLS and TCP. Not thread-safe. The caller keeps it and all
/// arguments alive until a member's coroutine has ended. Each coroutine throws
/// boost::system::system_error: beast::error::timeout if it takes longer than `by`, and
/// operation_aborted on cancellation.
class Connection {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit Connection(boost::beast::tcp_stream stream) : stream_(std::move(stream)) {}

  /// Starts TLS with `host` (see handshake). Call it at most once.
  boost::asio::awaitable<void> secure(boost::asio::ssl::context& tls, const std::string& host,
                                      TimePoint by);
  /// Waits for bytes and reads them into `into`. Returns how many; 0 if the peer has closed.
  boost::asio::awaitable<std::size_t> read_some(std::span<std::uint8_t> into, TimePoint by);
  /// Sends all of `bytes`.
  boost::asio::awaitable<void> write(const std::string& bytes, TimePoint by);

 private:
  boost::beast::tcp_stream& lowest();

  std::variant<boost::beast::tcp_stream, TlsStream> stream_;
};

/// Connects to the host of `hop`, through its proxy if it has one, and only to addresses that the
/// policy allows. Records each step in `hop`. The caller keeps all arguments alive until the
/// coroutine has ended. Throws JobError if the policy, the proxy or the certificate forbids the
/// connection, and boost::system::system_error for other failures.
boost::asio::awaitable<Connection> connect(Hop& hop, boost::asio::ssl::context& tls,
                                           Resolver& resolver);

}  // namespace aura::fetch
