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

/// Returns the addresses of a host as text, at least one. May block. Thread-safe. Throws
/// boost::system::system_error.
using Resolve = std::function<std::vector<std::string>(const std::string& host)>;

/// Resolves `host` with the system's resolver, as Resolve describes.
std::vector<std::string> resolve_host(const std::string& host);

/// Resolves names without blocking. getaddrinfo() can't be interrupted, so it runs in detached
/// threads, at most `max_threads`. Further names wait for a thread. Not thread-safe: the
/// coroutines must run one at a time. The caller keeps it alive until they have ended.
class Resolver {
 public:
  static constexpr std::size_t kMaxThreads = 16;

  /// The caller keeps what `resolve` uses alive until the last thread ends, which may be after
  /// the destructor.
  explicit Resolver(Resolve resolve = resolve_host, std::size_t max_threads = kMaxThreads);

  /// Returns the endpoints of `host`, a name or an IP address; at least one. Throws
  /// boost::system::system_error: beast::error::timeout if there is no answer by `deadline`, the
  /// resolver's error, or operation_aborted on cancellation. Throws std::system_error if no thread
  /// can start.
  boost::asio::awaitable<Endpoints> find(std::string host, std::uint16_t port,
                                         std::chrono::steady_clock::time_point deadline);

 private:
  struct Shared;
  static void work(const std::shared_ptr<Shared>& shared);
  std::shared_ptr<Shared> shared_;  // the threads own it too
};

}  // namespace aura::fetch
