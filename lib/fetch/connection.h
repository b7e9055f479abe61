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
#include "look_up.h"
#include "tls.h"

namespace aura::fetch {

/// A connection over TCP, or TLS over that. Every member throws boost::system::system_error:
/// beast::error::timeout when it is not done by then, operation_aborted on cancellation.
class Connection {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit Connection(boost::beast::tcp_stream stream) : stream_(std::move(stream)) {}

  /// Makes it a secure one with `host` (see handshake). Once at most.
  boost::asio::awaitable<void> secure(boost::asio::ssl::context& tls, const std::string& host,
                                      TimePoint by);
  /// Reads what there is into `into`, waiting for something; 0 when the other end has closed.
  boost::asio::awaitable<std::size_t> read_some(std::span<std::uint8_t> into, TimePoint by);
  boost::asio::awaitable<void> write(const std::string& bytes, TimePoint by);

 private:
  boost::beast::tcp_stream& lowest();

  std::variant<boost::beast::tcp_stream, TlsStream> stream_;
};

/// Connects to where `hop` leads, through its proxy where it has one, and only to addresses that
/// the policy allows; notes each step there. Throws JobError for what the policy, the proxy or the
/// certificate has against it, boost::system::system_error for the rest.
boost::asio::awaitable<Connection> connect(Hop& hop, boost::asio::ssl::context& tls,
                                           LookUps& look_ups);

}  // namespace aura::fetch
