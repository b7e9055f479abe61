#include "aura/http/endpoint.h"

#include "routes.h"
#include "server.h"

namespace aura::http {

struct Endpoint::Impl {
  Impl(const EndpointSettings& settings, const metrics::Instruments& instruments, const Log& log)
      : routes(settings, instruments, log),
        server(
            settings.port, [this](const Request& request) { return routes.at_once(request); },
            [this](const Request& request) { return routes.later(request); }, ServerLimits{},
            [this] { return routes.events(); }) {}

  Routes routes;
  Server server;  // last, so that its threads are gone before what they use
};

Endpoint::Endpoint(const EndpointSettings& settings, const metrics::Instruments& instruments,
                   const Log& log)
    : impl_(std::make_unique<Impl>(settings, instruments, log)) {}

Endpoint::~Endpoint() = default;

std::uint16_t Endpoint::port() const noexcept {
  return impl_->server.port();
}

}  // namespace aura::http
