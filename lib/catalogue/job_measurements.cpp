#include "aura/catalogue/job_measurements.h"

#include <chrono>

#include "aura/catalogue/measured_row.h"
#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "rows.h"
#include "sql_files.h"

namespace aura::catalogue {

std::optional<JobMeasurements> find_job_measurements(postgres::Connection& connection,
                                                     const queue::QueueTable& table,
                                                     const std::string& job_id) try {
  constexpr std::chrono::seconds kPatience{5};
  const auto jobs = connection.session().execute_with(
      postgres::Values::kOfClient, kPatience,
      postgres::fill_in(sql::kFindJobToMark, {{"{jobs}", table.quoted}}), job_id);
  if (jobs.empty()) return std::nullopt;
  const auto job = jobs[0];
  JobMeasurements found{.is_completed = job["status"].text() == "completed",
                        .stored = {},
                        .title = job["title"].as<std::string>(),
                        .artist = job["artist"].as<std::string>()};
  // The content is known by the key that its user's jobs have.
  if (!job["content"].is_null())
    found.stored = MeasurementStore(connection, Sharing::kAll)
                       .find(sha256_of(job["content"].text()), std::nullopt);
  return found;
} catch (const postgres::RowRefused&) {
  return std::nullopt;  // the column's type refuses the value
}

SimilarQuery query_for(const JobMeasurements& job) {
  const auto& parts = job.stored->parts;
  return {.vectors = vectors_of(parts),
          .contents = {job.stored->key},
          .fingerprint = parts.fingerprint ? parts.fingerprint->items : Fingerprint(),
          .title = job.title,
          .artist = job.artist,
          .filter = {}};
}

}  // namespace aura::catalogue
