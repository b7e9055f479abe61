#include "broadcast.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <memory>

#include "counted.h"

namespace aura::http {
namespace {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLookEvery{1};
/// A comment after so much silence keeps proxies from closing the stream, and finds clients that
/// are gone.
constexpr std::chrono::seconds kQuietFor{15};

constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/event-stream\r\n"
    "Cache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Accel-Buffering: no\r\n"  // nginx would hold events back
    "Connection: close\r\n\r\n";

}  // namespace

asio::awaitable<void> Broadcast::serve(boost::beast::tcp_stream& stream,
                                       std::chrono::seconds within) {
  const Counted counted(clients_);
  // The response said that the connection closes, so the client sends nothing more: what can be
  // read is the end. The handler may outlive this coroutine.
  const auto has_gone = std::make_shared<bool>(false);
  stream.socket().async_wait(asio::ip::tcp::socket::wait_read, [this, has_gone](const error_code&) {
    *has_gone = true;
    looked_.cancel();
  });
  std::string bytes(kHead);
  std::uint64_t seen = 0;
  auto sent = Clock::now();
  while (!*has_gone) {
    start_looking();
    if (changes_ != seen) {
      bytes += "event: jobs\ndata: " + latest_ + "\n\n";
      seen = changes_;
    } else if (Clock::now() - sent >= kQuietFor) {
      bytes += ":\n\n";
    }
    if (!bytes.empty()) {
      error_code ec;
      stream.expires_after(within);
      co_await asio::async_write(stream, asio::buffer(bytes), redirect_error(use_awaitable, ec));
      if (ec) co_return;
      bytes.clear();
      sent = Clock::now();
      if (changes_ != seen) continue;  // a state that came during the write
    }
    co_await next_look();
  }
}

void Broadcast::start_looking() {
  if (is_looking_) return;
  asio::co_spawn(context_, keep_looking(), [this](const std::exception_ptr& thrown) {
    if (!thrown) return;
    is_looking_ = false;
    looked_.cancel();  // a client that wakes starts it again
  });
  is_looking_ = true;
}

asio::awaitable<void> Broadcast::next_look() {
  error_code woken;
  co_await looked_.async_wait(redirect_error(use_awaitable, woken));
}

asio::awaitable<void> Broadcast::keep_looking() {
  asio::steady_timer timer(context_);
  while (clients_ > 0) {
    try {
      co_await look_once();
    } catch (...) {
      // Clients wait for the next look.
    }
    looked_.expires_at(asio::steady_timer::time_point::max());  // wakes each serve()
    timer.expires_after(kLookEvery);
    co_await timer.async_wait(use_awaitable);
  }
  // The next client must not receive this state, which may be old by then.
  changes_ = 0;
  is_looking_ = false;
}

asio::awaitable<void> Broadcast::look_once() {
  // Returns to this thread, also if it throws.
  auto now = co_await asio::co_spawn(pool_, look(), use_awaitable);
  if (now == latest_ && changes_ != 0) co_return;
  latest_ = std::move(now);
  ++changes_;
}

asio::awaitable<std::string> Broadcast::look() {
  co_return look_();
}

}  // namespace aura::http
