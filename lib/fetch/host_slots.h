#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <map>
#include <string>

namespace aura::fetch {

/// Limits how many downloads each host has at the same time. Not thread-safe: the coroutines must
/// run one at a time. The caller keeps it alive until all coroutines have ended and all slots are
/// given back.
class HostSlots {
  struct Host {
    std::size_t users = 0;  ///< Downloads that have a slot or wait for a slot.
    std::size_t taken = 0;
    boost::asio::steady_timer freed;  ///< Never expires; each freed slot cancels one wait.
  };
  using Hosts = std::map<std::string, Host, std::less<>>;

 public:
  /// `per_host` is how many slots each host has.
  explicit HostSlots(std::size_t per_host) : per_host_(per_host) {}

  /// A slot of a host. The destructor gives it back.
  class Slot {
   public:
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&&) = delete;
    ~Slot();  // NOLINT(bugprone-exception-escape): see its definition

   private:
    friend class HostSlots;
    Slot(Hosts& hosts, Hosts::iterator host) : hosts_(&hosts), host_(host) {
      ++host_->second.users;
    }
    Hosts* hosts_;
    Hosts::iterator host_;
    bool taken_ = false;
  };

  /// Waits for a slot of the host `name`; first come, first served. Throws
  /// boost::system::system_error (operation_aborted) on cancellation.
  boost::asio::awaitable<Slot> acquire(std::string name);

 private:
  std::size_t per_host_;
  Hosts hosts_;
};

}  // namespace aura::fetch
