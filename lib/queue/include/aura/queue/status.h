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
  int attempt = 0;  ///< from 1
  std::string worker_id;
  std::string state;  ///< a word of kRunStates
  std::string started_at;
  std::optional<std::string> ended_at;
  double seconds = 0;  ///< until it ended, or so far
  std::optional<std::string> error_code;
  std::optional<std::string> error_message;
};

/// A job's row, for people. Times are ISO 8601, UTC.
struct JobDetails {
  std::string job_id;
  std::string status;
  int progress = 0;  ///< in percent
  std::string track_title;
  std::string artist_name;
  std::string audio_url;  ///< its query may hold a signature: redact before showing
  /// From 0 to 100.
  std::optional<double> hit_factor, audio_score, lyrics_score, brand_score, market_score;
  /// `rhythm.bpm` of the report, or `features.tempo` of an older report; 0: no tempo found.
  std::optional<double> tempo_bpm;
  std::optional<int> processing_time_ms;
  std::optional<std::string> error_message;
  std::string created_at;  ///< empty if the row has none
  /// The day on which its content was measured for another job, "2026-01-31"; no value if it was
  /// measured for this job.
  std::optional<std::string> measured_before;
  std::optional<std::string> completed_at;
  std::optional<std::string> next_attempt_at;  ///< while the job waits for a retry
};

// Call the functions below from the thread that owns `connection` only. Each throws DatabaseLost,
// also if a statement takes over five seconds (ten in overview()), and DatabaseError.

/// Returns the job `job_id`; no value if there is none.
std::optional<JobDetails> find_job(postgres::Connection& connection, const QueueTable& table,
                                   const std::string& job_id);

/// Returns the last 100 runs of the job `job_id`, oldest first. Empty if schema aura is missing.
std::vector<RunRecord> find_runs(postgres::Connection& connection, const QueueTable& table,
                                 const std::string& job_id);

/// A failed job in an overview.
struct FailedJob {
  std::string job_id;  ///< empty if the row has none
  std::string error_message;
  std::string failed_at;  ///< when the row was last updated, ISO 8601, UTC
};

/// The queue as `aura status` shows it. Counts are exact.
struct Overview {
  std::int64_t queued = 0;
  std::int64_t processing = 0;  ///< by the rows
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::optional<double> oldest_waiting_s;  ///< age of the oldest queued job
  std::int64_t completed_last_hour = 0;    ///< by the history
  std::int64_t set_aside = 0;              ///< their rows refuse a write
  std::vector<FailedJob> last_errors;      ///< newest first, at most five
};

/// Asks the database for an answer, and throws if none comes.
void ping(postgres::Connection& connection);

/// The depth of the queue.
struct Depth {
  std::int64_t queued = 0;      ///< at most 100,001
  std::int64_t processing = 0;  ///< running runs
  double oldest_age_s = 0;      ///< age of the oldest queued job; 0 if none is queued
  std::int64_t set_aside = 0;   ///< their rows refuse a write
};

/// Measures the queue. The cost does not depend on the queue's length. Throws DatabaseError also if
/// schema aura is missing.
Depth find_depth(postgres::Connection& connection, const QueueTable& table);

/// The runs that ended in one minute, from the history.
struct Minute {
  std::string start;  ///< ISO 8601, UTC
  std::int64_t completed = 0;
  std::int64_t failed = 0;  ///< for good
};

/// The queue and its last hour. Each count of rows stops at 100,001.
struct Summary {
  std::int64_t queued = 0;
  std::int64_t processing = 0;  ///< running runs
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t set_aside = 0;   ///< their rows refuse a write
  std::vector<Minute> minutes;  ///< 60, oldest first; the last is the present minute
};

/// Returns the state of the queue. The cost does not depend on the table's size. Throws
/// DatabaseError also if schema aura is missing.
Summary summarise(postgres::Connection& connection, const QueueTable& table);

/// Returns the result of the job `job_id` for the front end, a JSON object. No value if there is no
/// such job or it is not completed.
std::optional<std::string> find_result(postgres::Connection& connection, const QueueTable& table,
                                       const std::string& job_id);

/// Returns the `fullReport` of a completed job, in JSON; no value if there is none.
std::optional<std::string> find_report(postgres::Connection& connection, const QueueTable& table,
                                       const std::string& job_id);

/// Returns the pictures of a completed job's track, in JSON (see analysis::pictures_json()); no
/// value if none are kept. Throws DatabaseError also if schema aura is missing.
std::optional<std::string> find_pictures(postgres::Connection& connection, const QueueTable& table,
                                         const std::string& job_id);

/// Returns the queue's overview. Reads the whole table. Works without schema aura.
Overview overview(postgres::Connection& connection, const QueueTable& table);

}  // namespace aura::queue
