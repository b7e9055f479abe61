#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace aura::fetch {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

/// The addresses of a host, as text; never empty. May block, and may be called from several threads
/// at once. Throws boost::system::system_error.
using Resolve = std::function<std::vector<std::string>(const std::string& host)>;

/// Asks the system's resolver.
std::vector<std::string> resolve_host(const std::string& host);

/// Looks names up without blocking. getaddrinfo() can't be interrupted, so it runs in threads, of
/// which each is left to itself when nobody waits for it any longer. There are never more than
/// `max_threads`; beyond these, look-ups wait for one. Not thread-safe: the coroutines must run one
/// at a time.
class LookUps {
 public:
  static constexpr std::size_t kMaxThreads = 16;

  /// `resolve` may use nothing that ends before its last thread, which may be after `this`.
  explicit LookUps(Resolve resolve = resolve_host, std::size_t max_threads = kMaxThreads);

  /// The endpoints of `host`, a name or an IP address. Throws boost::system::system_error:
  /// beast::error::timeout when there is no answer by `deadline`, the resolver's own error, or
  /// operation_aborted on cancellation.
  boost::asio::awaitable<Endpoints> find(std::string host, std::uint16_t port,
                                         std::chrono::steady_clock::time_point deadline);

 private:
  struct Shared;
  static void work(const std::shared_ptr<Shared>& shared);
  std::shared_ptr<Shared> shared_;  // with the threads
};

}  // namespace aura::fetch
