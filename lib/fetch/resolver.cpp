#include "resolver.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/system/system_error.hpp>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace aura::fetch {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// One name to resolve. Shared::mutex guards all members but `host`.
struct Inquiry {
  std::string host;
  asio::steady_timer* waiting = nullptr;  ///< Null when nobody waits any more.
  std::vector<std::string> addresses;
  std::exception_ptr failure;
};

}  // namespace

struct Resolver::Shared {
  Resolve resolve;
  std::size_t max_threads;
  std::mutex mutex;
  std::deque<std::shared_ptr<Inquiry>> queue;  // guarded by mutex
  std::size_t threads = 0;                     // guarded by mutex

  /// Withdraws the inquiry when the coroutine ends, with or without an exception.
  class Waiting;

  /// Wakes the coroutine of `inquiry`, if it waits. Call with the mutex locked.
  static void wake(const std::shared_ptr<Shared>& shared, const std::shared_ptr<Inquiry>& inquiry) {
    if (inquiry->waiting == nullptr) return;
    // A timer is not thread-safe, so the coroutine's executor cancels it. Timer and executor live
    // while `waiting` is not null.
    asio::post(inquiry->waiting->get_executor(), [shared, inquiry] {
      const std::lock_guard lock(shared->mutex);
      if (inquiry->waiting != nullptr) inquiry->waiting->cancel();
    });
  }
};

class Resolver::Shared::Waiting {
 public:
  Waiting(Shared& shared, std::shared_ptr<Inquiry> inquiry)
      : shared_(shared), inquiry_(std::move(inquiry)) {}
  ~Waiting() {
    const std::lock_guard lock(shared_.mutex);
    inquiry_->waiting = nullptr;
    std::erase(shared_.queue, inquiry_);
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  Shared& shared_;
  std::shared_ptr<Inquiry> inquiry_;
};

std::vector<std::string> resolve_host(const std::string& host) {
  asio::io_context io;
  tcp::resolver resolver(io);
  std::vector<std::string> addresses;
  for (const auto& found : resolver.resolve(host, "0", tcp::resolver::numeric_service)) {
    addresses.push_back(found.endpoint().address().to_string());
  }
  return addresses;
}

Resolver::Resolver(Resolve resolve, std::size_t max_threads) : shared_(std::make_shared<Shared>()) {
  shared_->resolve = std::move(resolve);
  shared_->max_threads = max_threads;
}

void Resolver::work(const std::shared_ptr<Shared>& shared) {
  std::unique_lock lock(shared->mutex);
  while (!shared->queue.empty()) {
    const auto inquiry = std::move(shared->queue.front());
    shared->queue.pop_front();
    lock.unlock();
    std::vector<std::string> addresses;
    std::exception_ptr failure;
    try {
      addresses = shared->resolve(inquiry->host);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    inquiry->addresses = std::move(addresses);
    inquiry->failure = std::move(failure);
    Shared::wake(shared, inquiry);
  }
  --shared->threads;
}

asio::awaitable<Endpoints> Resolver::find(std::string host, std::uint16_t port,
                                          std::chrono::steady_clock::time_point deadline) {
  boost::system::error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  if (!not_an_address) co_return Endpoints{{address, port}};

  asio::steady_timer timer(co_await asio::this_coro::executor, deadline);
  const auto inquiry = std::make_shared<Inquiry>();
  inquiry->host = std::move(host);
  inquiry->waiting = &timer;
  const Shared::Waiting waiting(*shared_, inquiry);
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->queue.push_back(inquiry);
    if (shared_->threads < shared_->max_threads) {
      std::thread([shared = shared_] { work(shared); }).detach();
      ++shared_->threads;
    }
  }
  boost::system::error_code woken;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));

  const std::lock_guard lock(shared_->mutex);
  if (inquiry->failure) std::rethrow_exception(inquiry->failure);
  Endpoints endpoints;
  for (const auto& found : inquiry->addresses) {
    endpoints.emplace_back(asio::ip::make_address(found), port);
  }
  if (!endpoints.empty()) co_return endpoints;
  // Only cancellation wakes the timer early without an answer.
  if (!woken) woken = boost::beast::error::timeout;
  throw boost::system::system_error(woken);
}

}  // namespace aura::fetch
