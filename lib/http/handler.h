#pragma once

#include <chrono>
#include <string>

#include "aura/metrics/instruments.h"
#include "message.h"

namespace aura::http {

class JobsDatabase;
class Probes;

/// A request whose path exists.
struct Call {
  const Request& request;
  std::string value{};  ///< The decoded text of the path's placeholder; empty if it has none.
};

/// What a handler without a database sees of the worker.
struct WorkerState {
  const metrics::Instruments& instruments;
  std::chrono::milliseconds alive_within;  ///< See EndpointSettings.
};

/// Answers from memory. Thread-safe.
using ImmediateHandler = Response (*)(const Call&, const WorkerState&);

/// Answers from the database. Call from the thread of the JobsDatabase only. Throws BadRequest if
/// the client must change the request; see Queue for the errors of the database.
using DatabaseHandler = Response (*)(const Call&, JobsDatabase&);

/// Answers a probe, with or without its database.
struct ProbeHandler {
  Response (Probes::*answer)();
  Response (Probes::*answer_without_database)() const;
};

}  // namespace aura::http
