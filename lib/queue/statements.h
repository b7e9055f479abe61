#pragma once

#include <string>
#include <string_view>
#include "aura/queue/queue_table.h"
#include "sql.h"

namespace aura::queue {

/// The message if an update has no effect and the server reports no error.
inline constexpr const char* kNoEffect =
    "the update has no effect: row-level security or a trigger keeps it off";

/// The SQL of the queue protocol for one jobs table. Each statement except claims locks the run
/// before the job. Statements about several jobs skip rows that others have locked. Constant after
/// construction, so any thread may read it.
///
/// Members with a file name are documented in that file of sql/. The others are composed from
/// sql/parts; their parameters are listed here.
struct Statements {
  explicit Statements(const QueueTable& table);

  /// Returns the statements with their names, so that callers can test each. Includes the
  /// statements for claims in turn only if `in_turn`.
  NamedStatements all(bool in_turn) const;

  // Claims. $1 int: how many jobs at most. $2 text: the worker. $3 bigint: its lease in ms. $4
  // bool: whether it runs no job. Return the new runs; or, with run_id NULL, the reserved job.
  std::string claim_oldest, claim_in_turn;
  std::string claim_row;  ///< as claim_oldest, of the row at the ctid $1 (text)
  /// Lock the rows that a claim would take and return their ctids. $1 int: how many at most. $2
  /// text: the worker.
  std::string oldest_rows, in_turn_rows;
  std::string suspect_row;  ///< parts/suspect_row.sql
  std::string note_turns;   ///< note_turns.sql
  std::string text;         ///< read_the_job.sql
  std::string progress;     ///< report_progress.sql
  std::string extend;       ///< extend_leases.sql
  std::string held;         ///< look_at_runs.sql

  // Endings. $1 bigint[]: runs. Return the state and the id of each run that they ended.
  /// $2 to $6 float8: the scores. $7 to $9 JSON: recommendations, similar hits, report. $10 text:
  /// the model. $11 int: the processing time in ms. $12 text: the pictures in JSON, or NULL.
  std::string complete;
  std::string fail;             ///< $2 text: the message. $3 jsonb: the error. $4 int: percent
  std::string strand;           ///< fail_without_the_row.sql
  std::string require_written;  ///< require_written.sql
  std::string retry;            ///< $2 bigint: the wait in ms. $3 jsonb: the error
  /// Cost no attempt. postpone: $2 bigint: the wait in ms. $3 jsonb: the error. excuse: $2 jsonb:
  /// the error.
  std::string postpone, excuse;
  std::string release, abandon;  ///< no further parameters

  std::string strays;         ///< find_strays.sql
  std::string rescue;         ///< rescue.sql
  std::string expired;        ///< find_what_is_to_be_rescued.sql
  std::string next_expiry;    ///< find_the_next_to_be_rescued.sql
  std::string clear_charges;  ///< take_back_charges.sql
  std::string revive;         ///< revive.sql
  std::string reopen_gate;    ///< reopen_a_gate.sql
  /// Set aside the job of the row at the ctid $1 (text), or of the run $1 (bigint). $2 text: the
  /// refused statement. $3 text: the reason. Return the number of tries.
  std::string set_aside_row, set_aside_run;
  std::string name_of_row;  ///< name_a_row.sql
  std::string name_of_run;  ///< name_a_run.sql
  std::string stranded;     ///< find_failures_to_write.sql
  std::string unstrand;     ///< write_a_failure_later.sql
  std::string delay;        ///< put_off_a_failure.sql
  std::string forget;       ///< forget.sql
  std::string has_work;     ///< look_for_work.sql

  // The writes of the statements above to a job's row, alone, for trial.cpp. $1: its "id".
  std::string write_claimed;
  std::string write_progress;  ///< $2 int: percent
  std::string write_back;
  std::string write_anew;       ///< as a retry of an ended job
  std::string write_completed;  ///< $2 to $11 as for complete
  std::string write_failed;     ///< $2 text: the message. $3 int: percent

 private:
  void set_claims(const QueueTable& table);
  void set_endings(const QueueTable& table);
  void set_upkeep(const QueueTable& table);
  void set_single_writes(const QueueTable& table);
};

/// Return the statements of status.h, listing.h, and of operations.h and producer.h, with their
/// names. Thread-safe.
NamedStatements status_statements(const QueueTable& table);
NamedStatements listing_statements(const QueueTable& table);
NamedStatements operation_statements(const QueueTable& table);

/// Returns every statement that the module sends for one jobs table, each once. The build writes
/// them to files, for the table of Prisma's schema: see write_statements.cpp. Thread-safe.
NamedStatements every_statement(const QueueTable& table);
/// Returns "claim_a_row" for the statement "claim a row". Thread-safe.
std::string file_name_of(std::string_view statement);

}  // namespace aura::queue
