#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "aura/base/log.h"
#include "aura/base/thread_checker.h"
#include "aura/http/endpoint.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"
#include "message.h"

namespace aura::http {

/// Returns whether the route of `path` is a probe: monitoring systems ask for it. Thread-safe.
bool is_probe(std::string_view path);

/// Answers probes over a database connection of its own, so that probes do not wait behind requests
/// for jobs. Every function may throw std::bad_alloc.
class Probes {
 public:
  /// Does not connect yet. The caller keeps `instruments` alive.
  Probes(const EndpointSettings& settings, const metrics::Instruments& instruments, const Log& log);

  /// Returns the response to a probe. Calls the handler of the route table. Call from one thread
  /// only.
  Response answer(const Request& request);
  /// Returns the response to a probe if the database does not answer in time. Thread-safe, also
  /// beside answer().
  Response answer_without_database(const Request& request) const;

  /// Returns 200 if the worker can take jobs, else 503; the body names the checks. At most a second
  /// old. Call from the thread of answer() only.
  Response ready();
  /// Returns 503: the database counts as lost. Thread-safe.
  Response ready_without_database() const;
  /// Returns the metrics for Prometheus. The queue's depth is at most five seconds old and omitted
  /// if the database fails. Call from the thread of answer() only.
  Response metrics();
  /// Returns the metrics without the queue's depth. Thread-safe.
  Response metrics_without_database() const;

 private:
  using Clock = std::chrono::steady_clock;

  Response readiness(bool has_database, bool has_table) const;
  Response metrics_with(const std::optional<metrics::QueueDepth>& depth) const;
  void note_failure(const std::exception& failure) const;

  const metrics::Instruments& instruments_;
  const Log log_;
  const std::optional<std::string> wanted_table_;

  [[no_unique_address]] ThreadChecker thread_;
  postgres::Connection connection_ AURA_GUARDED_BY(thread_);
  std::optional<queue::QueueTable> table_ AURA_GUARDED_BY(thread_);
  Clock::time_point ready_at_ AURA_GUARDED_BY(thread_){};
  Response ready_ AURA_GUARDED_BY(thread_){};
  Clock::time_point depth_at_ AURA_GUARDED_BY(thread_){};
  std::optional<metrics::QueueDepth> depth_ AURA_GUARDED_BY(thread_);
};

}  // namespace aura::http
