#include "look_up.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace aura::fetch {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// What the looking thread and the waiting coroutine share; the mutex guards all of it.
struct Inquiry {
  std::mutex mutex;
  asio::steady_timer* waiting = nullptr;  ///< Null once nobody waits.
  std::optional<Endpoints> endpoints;
  std::exception_ptr failure;
};

/// Ends the waiting when the coroutine leaves, however it leaves.
class Waiting {
 public:
  Waiting(Inquiry& inquiry, asio::steady_timer& timer) : inquiry_(inquiry) {
    const std::lock_guard lock(inquiry_.mutex);
    inquiry_.waiting = &timer;
  }
  ~Waiting() {
    const std::lock_guard lock(inquiry_.mutex);
    inquiry_.waiting = nullptr;
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  Inquiry& inquiry_;
};

void wake(const std::shared_ptr<Inquiry>& inquiry) {
  const std::lock_guard lock(inquiry->mutex);
  if (inquiry->waiting == nullptr) return;
  // A timer is not thread-safe, so it is cancelled where the coroutine runs. Both the timer and its
  // executor are there for as long as `waiting` says so.
  asio::post(inquiry->waiting->get_executor(), [inquiry] {
    const std::lock_guard again(inquiry->mutex);
    if (inquiry->waiting != nullptr) inquiry->waiting->cancel();
  });
}

}  // namespace

Endpoints resolve_host(const std::string& host, std::uint16_t port) {
  asio::io_context io;
  tcp::resolver resolver(io);
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::numeric_service);
  return {found.begin(), found.end()};
}

asio::awaitable<Endpoints> look_up(
    std::string host, std::uint16_t port, std::chrono::steady_clock::time_point deadline,
    std::function<Endpoints(const std::string&, std::uint16_t)> resolve) {
  boost::system::error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  if (!not_an_address) co_return Endpoints{{address, port}};

  asio::steady_timer timer(co_await asio::this_coro::executor, deadline);
  const auto inquiry = std::make_shared<Inquiry>();
  const Waiting waiting(*inquiry, timer);
  std::thread([inquiry, host, port, resolve = std::move(resolve)] {
    std::optional<Endpoints> endpoints;
    std::exception_ptr failure;
    try {
      endpoints = resolve(host, port);
    } catch (...) {
      failure = std::current_exception();
    }
    {
      const std::lock_guard lock(inquiry->mutex);
      inquiry->endpoints = std::move(endpoints);
      inquiry->failure = std::move(failure);
    }
    wake(inquiry);
  }).detach();

  boost::system::error_code woken;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  const std::lock_guard lock(inquiry->mutex);
  if (inquiry->failure) std::rethrow_exception(inquiry->failure);
  if (inquiry->endpoints) co_return *inquiry->endpoints;
  // Only cancellation wakes the timer early without an answer.
  if (!woken) woken = boost::beast::error::timeout;
  throw boost::system::system_error(woken);
}

}  // namespace aura::fetch
