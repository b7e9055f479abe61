#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "aura/base/log.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/catalogue/settings.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/database_url.h"

namespace aura::http {

struct EndpointSettings {
  std::uint16_t port = 0;  ///< 0: a free port
  /// Clients need it for every route but /healthz and /readyz. Without a token, only this machine
  /// is answered.
  std::optional<std::string> token{};
  postgres::DatabaseUrl database;
  std::optional<std::string> table{};  ///< See queue::find_queue_table().
  /// /healthz fails if the dispatcher made no round for this long.
  std::chrono::milliseconds alive_within{};
  catalogue::CatalogueSettings catalogue{};
};

/// Answers HTTP: health, metrics, the jobs, the catalogue and the web page. README.md lists the
/// routes, and openapi.json describes the routes under /api.
///
/// Has threads of its own, and two database connections: one for /readyz and /metrics, one for all
/// other routes. The database need not be there yet.
class Endpoint {
 public:
  /// How many database connections an endpoint holds.
  static constexpr int kConnections = 2;

  /// Answers from now on. Logs to `log` why a request can't be answered. Searches in
  /// what `reader` has read; somebody else refreshes it. The caller keeps `instruments` and
  /// `reader` alive. Throws std::system_error if the port is taken.
  Endpoint(const EndpointSettings& settings, const metrics::Instruments& instruments,
           const catalogue::CatalogueReader& reader, const Log& log);
  /// Closes every connection. Blocks until the requests under way end.
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  /// Returns the port that it listens on. Thread-safe.
  std::uint16_t port() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::http
