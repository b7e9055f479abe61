#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace aura::fetch {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

/// Blocks until the system's resolver has the addresses of `host`; never empty. Throws
/// boost::system::system_error.
Endpoints resolve_host(const std::string& host, std::uint16_t port);

/// The endpoints of `host`, a name or an IP address. Throws boost::system::system_error:
/// beast::error::timeout when there is no answer by `deadline`, the resolver's own error, or
/// operation_aborted on cancellation.
///
/// getaddrinfo() can't be interrupted, so it runs in a thread of its own, which is left to itself
/// when nobody waits for it any longer; `resolve` runs there and may use nothing of the caller's.
/// The executor must run one handler at a time.
boost::asio::awaitable<Endpoints> look_up(
    std::string host, std::uint16_t port, std::chrono::steady_clock::time_point deadline,
    std::function<Endpoints(const std::string&, std::uint16_t)> resolve = resolve_host);

}  // namespace aura::fetch
