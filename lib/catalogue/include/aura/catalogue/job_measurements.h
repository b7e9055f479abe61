#pragma once

#include <optional>
#include <string>

#include "aura/catalogue/measurement_store.h"
#include "aura/catalogue/similar.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::catalogue {

/// What is stored of a job's file.
struct JobMeasurements {
  bool is_completed = false;
  /// Its parts in their versions of today; nothing if its content is unknown.
  std::optional<StoredParts> stored;
  std::string title;
  std::string artist;
};

/// Returns what is stored of the file of the job `job_id` (a jobId); nothing if there is no such
/// job. Throws DatabaseLost and DatabaseError. Call from the thread that owns `connection` only.
std::optional<JobMeasurements> find_job_measurements(postgres::Connection& connection,
                                                     const queue::QueueTable& table,
                                                     const std::string& job_id);

/// Returns a query for songs that sound like the job's track, without settings. job.stored has the
/// timbre. Thread-safe.
SimilarQuery query_for(const JobMeasurements& job);

}  // namespace aura::catalogue
