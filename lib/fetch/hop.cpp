#include "hop.h"

#include <boost/asio/error.hpp>
#include <boost/beast/core/error.hpp>

#include "policy.h"

namespace aura::fetch {
namespace {

JobError too_late(const Hop& hop, const std::string& peer) {
  const auto& limits = hop.limits;
  if (Hop::Clock::now() >= hop.deadline) {
    return timeout_failure(hop.url.host, "did not deliver the audio file", limits.total_timeout);
  }
  switch (hop.step) {
    case Step::kResolve:
      return timeout_failure(peer, "could not be resolved", limits.resolve_timeout);
    case Step::kConnect:
      return timeout_failure(peer, "did not accept a connection", limits.connect_timeout);
    case Step::kTunnel:
      return timeout_failure(peer, "did not answer", limits.first_byte_timeout);
    case Step::kHandshake:
      return timeout_failure(peer, "did not complete a secure connection", limits.tls_timeout);
    case Step::kFirstByte:
      return timeout_failure(peer, "did not answer", limits.first_byte_timeout);
    case Step::kTransfer:
      break;
  }
  return timeout_failure(peer, "sent nothing", limits.idle_timeout);
}

}  // namespace

JobError failure(const Hop& hop, boost::system::error_code ec) {
  // A job's error must not reveal the name of a proxy.
  const bool is_proxys = hop.proxy != nullptr && hop.step <= Step::kTunnel;
  const std::string peer = is_proxys ? "the proxy" : hop.url.host;
  if (ec == boost::beast::error::timeout) return too_late(hop, peer);
  const auto error = network_failure(peer, hop.step, ec);
  // A missing public name stays missing, unlike the name of a local service that restarts.
  const bool is_final = ec == boost::asio::error::host_not_found && !is_proxys &&
                        !is_local_name(hop.url.host) && !hop.limits.allowed_hosts.has_name(hop.url);
  return is_final ? JobError(error.code(), error.what(), Retry::kNo) : error;
}

}  // namespace aura::fetch
