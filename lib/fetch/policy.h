#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string_view>
#include <vector>

#include "aura/fetch/host_list.h"
#include "aura/fetch/url.h"

namespace aura::fetch {

/// Whether `address` belongs to one host of the public Internet: not to this machine, a private or
/// local network, a group, documentation, or to an IPv4 address in the guise of IPv6.
bool is_public(const boost::asio::ip::address& address);

/// Whether the name `host` stands for something local wherever it is asked for.
bool is_local_name(std::string_view host);

/// Throws JobError "url_forbidden" unless `url`'s host is on the list `allowed` by its name or each
/// of its addresses, `endpoints`, is public or on the list. The message doesn't tell what the name
/// stands for.
void require_allowed(const Url& url, const std::vector<boost::asio::ip::tcp::endpoint>& endpoints,
                     const HostList& allowed);

/// The same for a host that a proxy looks up: an address is judged as above, a name must not be one
/// that stands for something local wherever it is asked for.
void require_allowed_by_name(const Url& url, const HostList& allowed);

}  // namespace aura::fetch
