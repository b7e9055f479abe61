#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <map>
#include <string>

namespace aura::fetch {

/// How many downloads each host has at once. Not thread-safe: the coroutines must run one at a
/// time, and must have ended by the time it goes.
class HostSlots {
  struct Host {
    std::size_t users = 0;  ///< Those who have a slot and those who wait for one.
    std::size_t taken = 0;
    boost::asio::steady_timer turn;  ///< Never runs out; one waiter is woken for each slot freed.
  };
  using Hosts = std::map<std::string, Host, std::less<>>;

 public:
  explicit HostSlots(std::size_t per_host) : per_host_(per_host) {}

  /// A host's slot, given back at the end.
  class Slot {
   public:
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&&) = delete;
    ~Slot();

   private:
    friend class HostSlots;
    Slot(Hosts& hosts, Hosts::iterator host) : hosts_(&hosts), host_(host) {
      ++host_->second.users;
    }
    Hosts* hosts_;
    Hosts::iterator host_;
    bool taken_ = false;
  };

  /// Waits for a slot of the host `name`, behind those who wait already. Throws
  /// boost::system::system_error, operation_aborted, on cancellation.
  boost::asio::awaitable<Slot> acquire(std::string name);

 private:
  std::size_t per_host_;
  Hosts hosts_;
};

}  // namespace aura::fetch
