#include "routes.h"

#include "authorization.h"
#include "bad_request.h"
#include "job_list.h"
#include "json_response.h"
#include "route_table.h"
#include "target.h"
#include "unavailable.h"

namespace aura::http {
namespace {

/// Returns whether the header Host names this machine as its own users name it.
bool is_local(std::string_view host) {
  const auto port = host.rfind(':');
  if (port != std::string_view::npos && host.find(']', port) == std::string_view::npos)
    host = host.substr(0, port);
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

}  // namespace

Routes::Routes(const EndpointSettings& settings, const metrics::Instruments& instruments,
               const catalogue::CatalogueReader& reader, const Log& log)
    : settings_(settings),
      instruments_(instruments),
      database_(settings, instruments, reader, log) {}

std::optional<Response> Routes::at_once(const Request& request) const {
  auto match = find_route(path_of(request.target), request.method);
  if (!match || match->route.access == Access::kGuarded) {
    if (auto refused = refusal(request)) return refused;
  }
  if (!match) return error_response(404, "there is nothing here");
  const auto& route = match->route;
  if (!includes(route.methods, request.method)) {
    const auto methods = list_methods(path_of(request.target));
    auto response = error_response(405, "this path takes " + methods);
    response.allow = methods;
    return response;
  }
  const auto* handler = std::get_if<ImmediateHandler>(&route.handler);
  if (handler == nullptr) return std::nullopt;
  auto response =
      (*handler)({request, std::move(match->value)}, {instruments_, settings_.alive_within});
  response.cache = route.cache;
  return response;
}

std::optional<Response> Routes::refusal(const Request& request) const {
  if (settings_.token) {
    if (holds_token(request.authorization, *settings_.token)) return std::nullopt;
    return error_response(401, "the header Authorization must be: Bearer and the token");
  }
  if (!request.is_from_loopback || request.is_forwarded)
    return error_response(403, "without AURA_API_TOKEN only the worker's own machine is answered");
  // With DNS rebinding, a page of another origin leads its name here; the host is that name then.
  if (!is_local(request.host))
    return error_response(403, "without AURA_API_TOKEN the host must be called localhost");
  return std::nullopt;
}

Response Routes::later(const Request& request) try {
  auto match = find_route(path_of(request.target), request.method).value();
  const auto handler = std::get<DatabaseHandler>(match.route.handler);
  auto response = handler({request, std::move(match.value)}, database_);
  response.cache = match.route.cache;
  return response;
} catch (const BadRequest& bad) {
  return error_response(bad.status(), bad.what());
} catch (const Unavailable& reason) {
  auto response = error_response(503, reason.what());
  response.retry_after_s = reason.retry_after_s();
  return response;
} catch (const queue::NoQueueTable& failure) {
  database_.note_failure(failure);
  return error_response(503, "the jobs table is not there");
} catch (const std::exception& failure) {
  database_.note_failure(failure);
  return error_response(503, "the database can't be asked just now");
}

std::string Routes::events() {
  return active_jobs_event(database_);
}

}  // namespace aura::http
