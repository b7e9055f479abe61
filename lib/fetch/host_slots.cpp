#include "host_slots.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

namespace aura::fetch {

namespace asio = boost::asio;

HostSlots::Slot::Slot(Slot&& other) noexcept
    : hosts_(std::exchange(other.hosts_, nullptr)), host_(other.host_), taken_(other.taken_) {}

// What may throw is cancel_one(), for want of memory: the waiters would wait for ever, so the
// process ends.
HostSlots::Slot::~Slot() {  // NOLINT(bugprone-exception-escape)
  if (hosts_ == nullptr) return;
  auto& host = host_->second;
  if (taken_) --host.taken;
  // Also where a waiter was woken and cancelled at once: the slot is then the next one's.
  host.turn.cancel_one();
  if (--host.users == 0) hosts_->erase(host_);
}

asio::awaitable<HostSlots::Slot> HostSlots::acquire(std::string name) {
  const auto executor = co_await asio::this_coro::executor;
  const auto host =
      hosts_
          .try_emplace(std::move(name), Host{.turn = asio::steady_timer(
                                                 executor, asio::steady_timer::time_point::max())})
          .first;
  Slot slot(hosts_, host);
  // Whoever comes while others wait, waits too.
  bool waits = slot.host_->second.users > per_host_;
  while (waits || host->second.taken >= per_host_) {
    boost::system::error_code woken;
    co_await host->second.turn.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
      throw boost::system::system_error(asio::error::operation_aborted);
    }
    waits = false;
  }
  slot.taken_ = true;
  ++host->second.taken;
  co_return slot;
}

}  // namespace aura::fetch
