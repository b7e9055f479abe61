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

// cancel_one() throws if memory runs out. The others would then wait forever, so the process ends.
HostSlots::Slot::~Slot() {  // NOLINT(bugprone-exception-escape)
  if (hosts_ == nullptr) return;
  auto& host = host_->second;
  if (taken_) --host.taken;
  // Also without a taken slot: this wait may have been woken and cancelled at the same time. The
  // next in line then gets the slot.
  host.freed.cancel_one();
  if (--host.users == 0) hosts_->erase(host_);
}

asio::awaitable<HostSlots::Slot> HostSlots::acquire(std::string name) {
  const auto executor = co_await asio::this_coro::executor;
  const auto host =
      hosts_
          .try_emplace(std::move(name), Host{.freed = asio::steady_timer(
                                                 executor, asio::steady_timer::time_point::max())})
          .first;
  Slot slot(hosts_, host);
  // Waits even for a free slot if others already wait.
  bool waits = slot.host_->second.users > per_host_;
  while (waits || host->second.taken >= per_host_) {
    boost::system::error_code woken;
    co_await host->second.freed.async_wait(asio::redirect_error(asio::use_awaitable, woken));
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
