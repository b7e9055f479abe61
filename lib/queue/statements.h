#pragma once

#include <string>
#include <string_view>
#include "aura/queue/queue_table.h"
#include "sql.h"

namespace aura::queue {

/// Why nothing was written where no error says why.
inline constexpr const char* kNoEffect =
    "the update has no effect: row-level security or a trigger keeps it off";

/// The SQL of the queue protocol for one jobs table. Every statement takes a lock on the run before
/// one on the job, but for claims, and leaves out rows that somebody else has locked where it is
/// about more than one.
struct Statements {
  explicit Statements(const QueueTable& table);

  /// The statements by their names, for those who want to try each; those for claims in turn only
  /// where `in_turn`.
  NamedStatements all(bool in_turn) const;

  // Claims: $1 how many jobs at most, $2 the worker, $3 its lease in ms, $4 whether it runs
  // nothing. Return the runs; with run_id NULL, the job that was reserved instead.
  std::string claim_oldest, claim_in_turn;
  /// The same of one row: $1 its ctid.
  std::string claim_row;
  /// Where the rows are that a claim would take, locked: $1 how many at most, $2 the worker.
  std::string oldest_rows, in_turn_rows;
  /// Where the row is of the job that workers were lost with and that $1, a worker, has to take.
  std::string suspect_row;
  std::string note_turns;  ///< $1 runs
  std::string text;        ///< $1 runs, $2 characters of the URL, $3 and of the lyrics at most
  std::string progress;    ///< $1 runs, $2 percents
  std::string extend;      ///< $1 runs, $2 lease in ms
  std::string held;        ///< $1 runs
  /// $1 run, and the result's columns.
  std::string complete;
  std::string fail;  ///< $1 run, $2 message, $3 error, $4 percent
  /// As fail, where the row refuses that: the run ends, and the row stays as it is.
  std::string strand;     ///< $1 run, $2 error
  std::string unwritten;  ///< $1 runs that have just ended; whether rows kept off what ended them
  std::string retry;      ///< $1 run, $2 wait in ms, $3 error
  /// Likewise at no cost: for a host, and for trouble of the worker's.
  std::string postpone, excuse;
  std::string release, abandon;  ///< $1 runs
  std::string strays;            ///< $1 worker, $2 runs that it knows
  /// $1 retries, $2 crashes at most, $3 spread in ms, $4 a run or NULL for all, $5 whether to
  /// charge nothing.
  std::string rescue;
  std::string expired;        ///< $1 how many at most; the runs, locked
  std::string next_expiry;    ///< in ms
  std::string clear_charges;  ///< $1 runs
  std::string revive;         ///< $1 run, $2 retries
  std::string reopen_gate;    ///< $1 job, $2 attempts, $3 crashes
  // The row at ctid $1, or the job of run $1, refused $2, a statement, for the reason $3.
  std::string set_aside_row, set_aside_run;
  std::string name_of_row;  ///< $1 ctid
  std::string name_of_run;  ///< $1 run
  std::string stranded;     ///< the jobs whose outcome is to be written, locked
  std::string unstrand;     ///< $1 job's "id"; whether its row kept that off
  std::string delay;        ///< $1 job's "id", $2 reason
  std::string forget;
  std::string has_work;

  /// What the statements above write to a job's row, alone: $1 is its "id". For trying.
  std::string write_claimed;
  std::string write_progress;  ///< $2 percent
  std::string write_back;
  std::string write_anew;       ///< as a retry of what has ended
  std::string write_completed;  ///< the result's columns as for complete
  std::string write_failed;     ///< $2 message, $3 percent

 private:
  void set_claims(const QueueTable& table);
  void set_endings(const QueueTable& table);
  void set_upkeep(const QueueTable& table);
  void set_single_writes(const QueueTable& table);
};

/// The statements by which people and programs look at jobs, likewise by their names.
NamedStatements status_statements(const QueueTable& table);
NamedStatements listing_statements(const QueueTable& table);
NamedStatements operation_statements(const QueueTable& table);

/// Every statement that is sent for one jobs table, each once. The build writes these to files, as
/// for the table that Prisma makes: see write_statements.cpp.
NamedStatements every_statement(const QueueTable& table);
/// "claim_a_row" for the statement "claim a row".
std::string file_name_of(std::string_view statement);

}  // namespace aura::queue
