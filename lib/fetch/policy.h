#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string_view>
#include <vector>

#include "aura/fetch/host_list.h"
#include "aura/fetch/url.h"

// Thread-safe.
namespace aura::fetch {

/// Returns whether `address` is a unicast address of the public Internet. False for this machine,
/// private and local networks, multicast, documentation, and IPv6 forms of IPv4 addresses.
bool is_public(const boost::asio::ip::address& address);

/// Returns whether the name `host` is local by its form: one label, or under "localhost", "local",
/// "home.arpa" or "internal".
bool is_local_name(std::string_view host);

/// Throws JobError "url_forbidden" unless `allowed` has the name of `url`'s host, or each of its
/// `endpoints` is public or in `allowed`. The message does not reveal the addresses.
void require_allowed(const Url& url, const std::vector<boost::asio::ip::tcp::endpoint>& endpoints,
                     const HostList& allowed);

/// Throws JobError "url_forbidden" if a proxy must not be asked for `url`: its host is a local name
/// (see is_local_name) or an address that is not public, and is not in `allowed`.
void require_allowed_by_name(const Url& url, const HostList& allowed);

}  // namespace aura::fetch
