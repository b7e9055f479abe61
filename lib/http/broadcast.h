#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace aura::http {

/// Sends server-sent events to any number of clients. While there are clients, one look per second
/// serves all of them. A slow client misses states that later states replaced, but never the
/// current state. Call from the thread of `context` only.
class Broadcast {
 public:
  /// Returns the current state, one line, as the data of an event. If it throws, clients wait for
  /// the next look.
  using Look = std::function<std::string()>;

  /// Calls `look` in the thread of `pool`. Counts the clients in `clients`. The caller keeps
  /// `context` and `pool` alive, and `clients` longer than `context`, whose destructor may end
  /// serve().
  Broadcast(boost::asio::io_context& context, boost::asio::thread_pool& pool, Look look,
            int& clients)
      : context_(context),
        pool_(pool),
        look_(std::move(look)),
        clients_(clients),
        looked_(context, boost::asio::steady_timer::time_point::max()) {}

  /// Sends events until the client closes its side, sends anything, or needs longer than `within`
  /// to receive an event.
  boost::asio::awaitable<void> serve(boost::beast::tcp_stream& stream, std::chrono::seconds within);

 private:
  /// Starts keep_looking() unless it runs.
  void start_looking();
  boost::asio::awaitable<void> keep_looking();
  boost::asio::awaitable<void> look_once();
  boost::asio::awaitable<std::string> look();
  boost::asio::awaitable<void> next_look();

  boost::asio::io_context& context_;
  boost::asio::thread_pool& pool_;
  const Look look_;
  int& clients_;

  // Used by the thread that runs context_ only.
  /// Cancelled after each look, and when a client leaves: wakes each serve().
  boost::asio::steady_timer looked_;
  bool is_looking_ = false;
  std::string latest_;
  std::uint64_t changes_ = 0;
};

}  // namespace aura::http
