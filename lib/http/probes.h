#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string_view>

#include "aura/base/log.h"
#include "aura/http/endpoint.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"
#include "server.h"

namespace aura::http {

/// Whether `path` is /readyz or /metrics: what machines ask that watch this one.
bool is_probe(std::string_view path) noexcept;

/// How probes are answered, over a database connection of their own: those who watch must not wait
/// behind those who look at jobs. Throws std::bad_alloc.
class Probes {
 public:
  Probes(const EndpointSettings& settings, const metrics::Instruments& instruments, const Log& log);

  /// Asks the database, unless it did just now. From one thread at a time.
  Response answer(const Request& request);
  /// The answer where the database doesn't answer in time. From any thread, also beside answer().
  Response answer_without_database(const Request& request) const;

 private:
  using Clock = std::chrono::steady_clock;

  Response ready();
  Response readiness(bool has_database, bool has_table) const;
  Response metrics();
  Response metrics_with(const std::optional<metrics::QueueDepth>& depth) const;
  void note(const std::exception& failure) const;

  const metrics::Instruments& instruments_;
  const Log log_;
  const std::optional<std::string> wanted_table_;
  postgres::Connection connection_;
  std::optional<queue::QueueTable> table_;
  /// What may be asked for often is found out now and then only.
  Clock::time_point ready_at_{}, depth_at_{};
  Response ready_{};
  std::optional<metrics::QueueDepth> depth_;
};

}  // namespace aura::http
