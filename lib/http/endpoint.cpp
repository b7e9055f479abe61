#include "aura/http/endpoint.h"

#include "probes.h"
#include "routes.h"
#include "server.h"
#include "target.h"

namespace aura::http {

struct Endpoint::Impl {
  Impl(const EndpointSettings& settings, const metrics::Instruments& instruments,
       const catalogue::CatalogueReader& reader, const Log& log)
      : routes(settings, instruments, reader, log),
        probes(settings, instruments, log),
        server(
            settings.port, [this](const Request& request) { return routes.at_once(request); },
            [this](const Request& request) { return routes.later(request); }, ServerLimits{},
            [this] { return routes.events(); },
            {[](const Request& request) { return is_probe(path_of(request.target)); },
             [this](const Request& request) { return probes.answer(request); },
             [this](const Request& request) { return probes.answer_without_database(request); }}) {}

  Routes routes;
  Probes probes;
  Server server;  // last, so that its threads are gone before what they use
};

Endpoint::Endpoint(const EndpointSettings& settings, const metrics::Instruments& instruments,
                   const catalogue::CatalogueReader& reader, const Log& log)
    : impl_(std::make_unique<Impl>(settings, instruments, reader, log)) {}

Endpoint::~Endpoint() = default;

std::uint16_t Endpoint::port() const noexcept {
  return impl_->server.port();
}

}  // namespace aura::http
