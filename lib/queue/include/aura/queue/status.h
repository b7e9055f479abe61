#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

/// One attempt at a job, from the history. Times are ISO 8601, UTC.
struct RunRecord {
  int attempt = 0;
  std::string worker_id;
  std::string state;
  std::string started_at;
  std::optional<std::string> ended_at;
  double seconds = 0;  ///< so far, or until it ended
  std::optional<std::string> error_code;
  std::optional<std::string> error_message;
};

/// A job's row as people want to see it.
struct JobDetails {
  std::string job_id;
  std::string status;
  int progress = 0;
  std::string track_title;
  std::string artist_name;
  std::string audio_url;  ///< may hold a signature in its query: redact before showing
  std::optional<double> hit_factor, audio_score, lyrics_score, brand_score, market_score;
  /// `rhythm.bpm` of the report, and `features.tempo` of an older report without; 0: none found.
  std::optional<double> tempo_bpm;
  std::optional<int> processing_time_ms;
  std::optional<std::string> error_message;
  std::string created_at;
  std::optional<std::string> completed_at;
  std::optional<std::string> next_attempt_at;  ///< while it waits for a retry
};

/// The job that `job_id` names; nothing if there is none.
std::optional<JobDetails> find_job(postgres::Connection& connection, const QueueTable& table,
                                   const std::string& job_id);

/// Its runs, oldest first, at most the last 100.
std::vector<RunRecord> find_runs(postgres::Connection& connection, const QueueTable& table,
                                 const std::string& job_id);

struct FailedJob {
  std::string job_id;
  std::string error_message;
  std::string failed_at;
};

/// The queue at a glance.
struct Overview {
  std::int64_t queued = 0;
  std::int64_t processing = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::optional<double> oldest_waiting_s;  ///< age of the oldest queued job
  std::int64_t completed_last_hour = 0;
  std::int64_t set_aside = 0;          ///< their rows refuse to be written
  std::vector<FailedJob> last_errors;  ///< newest first, at most five
};

/// Throws DatabaseLost where the database doesn't answer.
void ping(postgres::Connection& connection);

/// How deep the queue is, at a cost that doesn't grow with it.
struct Depth {
  std::int64_t queued = 0;      ///< counted to 100,001 at most
  std::int64_t processing = 0;  ///< held by workers
  double oldest_age_s = 0;      ///< of those queued; 0 without any
  std::int64_t set_aside = 0;   ///< their rows refuse to be written
};

Depth find_depth(postgres::Connection& connection, const QueueTable& table);

/// What ended in a minute.
struct Minute {
  std::string start;  ///< ISO 8601, UTC
  std::int64_t completed = 0;
  std::int64_t failed = 0;  ///< for good
};

/// The queue and the last hour of it, at a cost that doesn't grow with the table.
struct Summary {
  std::int64_t queued = 0;      ///< counted to 100,001 at most, as are completed and failed
  std::int64_t processing = 0;  ///< held by workers
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t set_aside = 0;   ///< their rows refuse to be written
  std::vector<Minute> minutes;  ///< sixty, oldest first, the last of them under way; by the history
};

/// Throws as list_jobs() does, DatabaseError also where there is no schema aura yet.
Summary summarise(postgres::Connection& connection, const QueueTable& table);

/// A job's result as its front end wants it, an object in JSON; nothing where there is no such job
/// or it is not completed.
std::optional<std::string> find_result(postgres::Connection& connection, const QueueTable& table,
                                       const std::string& job_id);

/// The `fullReport` of a completed job, in JSON; nothing where there is none.
std::optional<std::string> find_report(postgres::Connection& connection, const QueueTable& table,
                                       const std::string& job_id);

/// What a page draws of a completed job's track, in JSON (see analysis::pictures_json()); nothing
/// where none is kept. Throws DatabaseError also where there is no schema aura yet.
std::optional<std::string> find_pictures(postgres::Connection& connection, const QueueTable& table,
                                         const std::string& job_id);

Overview overview(postgres::Connection& connection, const QueueTable& table);

}  // namespace aura::queue
