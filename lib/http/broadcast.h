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

namespace aura::http {

/// Tells any number of clients what changes, by server-sent events, from one look a second that
/// they share; nobody looks while there are none. A client that is slow misses what was overtaken,
/// never what is so now. Lives in the thread of `context`.
class Broadcast {
 public:
  /// How things are, as the data of an event: one line. After one that throws, clients hear of the
  /// next.
  using Look = std::function<std::string()>;

  /// `look` is called in the thread of `pool`. `clients` counts those that are served; it must
  /// outlive `context`, which may be the last to let go of them.
  Broadcast(boost::asio::io_context& context, boost::asio::thread_pool& pool, Look look,
            int& clients)
      : context_(context),
        pool_(pool),
        look_(std::move(look)),
        looked_(context, boost::asio::steady_timer::time_point::max()),
        clients_(clients) {}

  /// Sends events until the client closes its side or says anything more, or takes longer than
  /// `within` to take one.
  boost::asio::awaitable<void> serve(boost::beast::tcp_stream& stream, std::chrono::seconds within);

 private:
  /// Sees to it that keep_looking() is under way.
  void start_looking();
  boost::asio::awaitable<void> keep_looking();
  boost::asio::awaitable<void> look_once();
  boost::asio::awaitable<std::string> look();
  boost::asio::awaitable<void> next_look();

  boost::asio::io_context& context_;
  boost::asio::thread_pool& pool_;
  Look look_;
  boost::asio::steady_timer looked_;  ///< cancelled after each look, or as one goes, to wake all
  int& clients_;
  bool is_looking_ = false;
  std::string latest_;
  std::uint64_t changes_ = 0;
};

}  // namespace aura::http
