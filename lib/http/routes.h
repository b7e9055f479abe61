#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "aura/base/log.h"
#include "aura/http/endpoint.h"
#include "aura/postgres/connection.h"
#include "aura/queue/listing.h"
#include "aura/queue/queue_table.h"
#include "aura/queue/status.h"
#include "server.h"

namespace aura::http {

/// What each request is answered with. See Endpoint for the list. Throws std::bad_alloc.
class Routes {
 public:
  Routes(const EndpointSettings& settings, const metrics::Instruments& instruments, const Log& log);

  /// What takes no database: whether the worker is alive, and why others are refused. From any
  /// thread.
  std::optional<Response> at_once(const Request& request) const;
  /// All else but probes. From one thread at a time.
  Response later(const Request& request);
  /// The jobs under way, as the data of an event. From the thread of later().
  std::string events();

 private:
  using Clock = std::chrono::steady_clock;

  std::optional<Response> refusal(const Request& request) const;
  Response status(const std::string& job_id);
  Response result(const std::string& job_id);
  Response job(const std::string& job_id);
  Response jobs(const std::string& target);
  Response pictures(const std::string& job_id);
  Response summary();
  Response retry(const std::string& job_id, const Request& request);
  Response analyze(const Request& request);
  /// Tells the log what clients are not told: it may name what is not for everybody. The table is
  /// looked for anew then, as it may have gone.
  void note(const std::exception& failure);
  /// The jobs table, looked for until it is found.
  const queue::QueueTable& table();
  /// How many seconds the rest of a job takes, as others took; nothing where none has been run.
  std::optional<double> remaining_s(int progress) const;

  const EndpointSettings settings_;
  const metrics::Instruments& instruments_;
  const Log log_;
  postgres::Connection connection_;
  std::optional<queue::QueueTable> table_;
  /// What may be asked for often is found out now and then only.
  Clock::time_point summary_at_{};
  std::optional<Response> summary_;
};

}  // namespace aura::http
