#pragma once

#include <optional>
#include <string>

#include "aura/base/log.h"
#include "aura/http/endpoint.h"
#include "aura/metrics/instruments.h"
#include "jobs_database.h"
#include "message.h"

namespace aura::http {

/// Answers each request as the route table says. Every function may throw std::bad_alloc.
class Routes {
 public:
  /// The caller keeps `instruments` and `reader` alive.
  Routes(const EndpointSettings& settings, const metrics::Instruments& instruments,
         const catalogue::CatalogueReader& reader, const Log& log);

  /// Returns the response if it needs no database: refusals and immediate handlers. Returns nothing
  /// for later() or Probes to answer. Thread-safe.
  std::optional<Response> at_once(const Request& request) const;
  /// Returns the response of a route that needs the database, probes excepted. Call from one thread
  /// only, and only if at_once() returned nothing.
  Response later(const Request& request);
  /// Returns the running jobs as the data of an event. Call from the thread of later() only.
  std::string events();

 private:
  std::optional<Response> refusal(const Request& request) const;

  const EndpointSettings settings_;
  const metrics::Instruments& instruments_;
  JobsDatabase database_;
};

}  // namespace aura::http
