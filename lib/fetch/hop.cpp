#include "hop.h"

#include <boost/beast/core/error.hpp>

namespace aura::fetch {
namespace {

JobError too_late(const Hop& hop, const std::string& peer) {
  const auto& limits = hop.limits;
  if (Hop::Clock::now() >= hop.deadline) {
    return timeout_failure(hop.url.host, "did not deliver the audio file", limits.total_timeout);
  }
  switch (hop.step) {
    case Step::kLookUp:
      return timeout_failure(peer, "could not be looked up", limits.resolve_timeout);
    case Step::kConnect:
      return timeout_failure(peer, "could not be connected to", limits.connect_timeout);
    case Step::kTunnel:
      return timeout_failure(peer, "did not answer", limits.first_byte_timeout);
    case Step::kHandshake:
      return timeout_failure(peer, "set up no secure connection", limits.tls_timeout);
    case Step::kFirstByte:
      return timeout_failure(peer, "did not answer", limits.first_byte_timeout);
    case Step::kTransfer:
      break;
  }
  return timeout_failure(peer, "sent nothing", limits.idle_timeout);
}

}  // namespace

JobError failure(const Hop& hop, boost::system::error_code ec) {
  // Whose fault it is. A proxy's name is no business of those who read a job's error.
  const bool is_proxys = hop.proxy != nullptr && hop.step <= Step::kTunnel;
  const std::string peer = is_proxys ? "the proxy" : hop.url.host;
  return ec == boost::beast::error::timeout ? too_late(hop, peer)
                                            : network_failure(peer, hop.step, ec);
}

}  // namespace aura::fetch
