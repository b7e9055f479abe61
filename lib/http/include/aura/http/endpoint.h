#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "aura/base/log.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/database_url.h"

namespace aura::http {

struct EndpointSettings {
  std::uint16_t port = 0;  ///< 0 takes a free one
  /// What a client must know for anything but health; without it only this machine is served.
  std::optional<std::string> token{};
  postgres::DatabaseUrl database;
  std::optional<std::string> table{};  ///< as find_queue_table() takes it
  /// A dispatcher that has not come round for this long is stuck.
  std::chrono::milliseconds alive_within{};
};

/// Shows over HTTP how a worker does and how its jobs are:
///
///     GET /healthz                     200 while the dispatcher comes round, else 503
///     GET /readyz                      200 while jobs can be taken, else 503; which checks failed
///     GET /metrics                     for Prometheus
///     GET /api/aura/status/JOBID       how far a job is
///     GET /api/aura/result/JOBID       what came of it
///     GET /api/aura/pictures/JOBID     what a page draws of its track
///     GET /api/aura/jobs               the jobs, newest first, page by page
///     GET /api/aura/jobs/JOBID         a job and the report of it
///     GET /api/aura/summary            how many there are, and what ended in the last hour
///     GET /api/aura/events             what is under way, as server-sent events
///     POST /api/aura/analyze           submits a track
///     POST /api/aura/jobs/JOBID/retry  sets a job back to the queue
///     GET /, /jobs/JOBID               the web page of all that
///
/// openapi.json, beside this module's sources, has what each under /api takes and answers.
///
/// Health is for everybody, the rest for who knows the token. Has threads and two database
/// connections of its own, one of them for /readyz and /metrics alone; the database need not be
/// there yet.
class Endpoint {
 public:
  /// How many database connections an endpoint holds.
  static constexpr int kConnections = 2;

  /// `instruments` must outlive it; `log` is told of what can't be answered. Throws
  /// std::system_error where the port can't be had.
  Endpoint(const EndpointSettings& settings, const metrics::Instruments& instruments,
           const Log& log);
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  std::uint16_t port() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::http
