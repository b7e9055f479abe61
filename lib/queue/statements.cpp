#include "statements.h"

#include <algorithm>

#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "aura/queue/states.h"
#include "sql.h"
#include "sql_files.h"

namespace aura::queue {
namespace {

using postgres::fill_in;

constexpr const char* kNoJobId = "the row has no jobId";

constexpr const char* kCtid = R"sql(j.ctid::text AS row)sql";
constexpr const char* kId = R"sql(j."id")sql";

// The changes of an ending to the gates of the jobs that it puts back.
constexpr const char* kNow = "not_before = now(), attempts = greatest(attempts - 1, 0)";
constexpr const char* kNowForFault =
    "not_before = now(), attempts = greatest(attempts - 1, 0), faults = faults + 1";
constexpr const char* kLater = "not_before = now() + $2::bigint * interval '1 millisecond'";
constexpr const char* kLaterAtNoCost =
    "not_before = now() + $2::bigint * interval '1 millisecond', "
    "attempts = greatest(attempts - 1, 0), waits = waits + 1";

/// Returns the CTEs that choose the rows of a claim: suspect and candidate, which has the one
/// column `what`.
std::string taken(const QueueTable& table, const char* candidates, const char* what,
                  const char* suspect = sql::kSuspect) {
  return "RECURSIVE " + std::string(suspect) + ", " +
         fill_in(candidates, {{"{nobodys}", table.user_may_be_null ? sql::kNobodys : ""},
                              {"{nulls}", table.created_may_be_null ? "NULLS FIRST" : ""},
                              {"{is_due}", sql::kIsDue},
                              {"{what}", what}});
}

/// The parts of a statement that ends runs as `state`, or as cancelled.
struct Ending {
  RunState state;
  const char* row;    ///< what it writes to the job's row
  std::string gates;  ///< the CTEs that change or delete its gate
  const char* error;  ///< the run's error, as SQL
  const char* which = sql::kWaitForRow;
};

std::string ending(const QueueTable& table, const Ending& ending) {
  return for_table(fill_in(sql::kEndRuns, {{"{held}", ending.which},
                                           {"{gates}", ending.gates},
                                           {"{row}", ending.row},
                                           {"{state}", text_of(ending.state)},
                                           {"{error}", ending.error}}),
                   table);
}

std::string keep_gates(const char* gate) {
  return fill_in(sql::kKeepGates, {{"{gate}", gate}});
}

}  // namespace

Statements::Statements(const QueueTable& table) {
  set_claims(table);
  set_endings(table);
  set_upkeep(table);
  set_single_writes(table);
}

void Statements::set_claims(const QueueTable& table) {
  const auto claiming = [&](const std::string& candidate) {
    return for_table(
        fill_in(sql::kClaimCandidates, {{"{candidate}", candidate},
                                        {"{claimed}", sql::kRowClaimed},
                                        {"{unwritten}", postgres::raise(kNoEffect, "s.job_id")},
                                        {"{nameless}", postgres::raise(kNoJobId, "s.job_id")}}),
        table);
  };
  const auto looking = [&](const std::string& candidate) {
    return for_table("WITH " + candidate + " SELECT * FROM candidate", table);
  };
  const auto* oldest = table.created_may_be_null ? sql::kOldestOrUndated : sql::kOldest;
  claim_oldest = claiming(taken(table, oldest, kId));
  claim_in_turn = claiming(taken(table, sql::kInTurn, kId));
  claim_row = claiming(taken(table, sql::kAtCtid, kId, sql::kNoSuspect));
  oldest_rows = looking(taken(table, oldest, kCtid));
  in_turn_rows = looking(taken(table, sql::kInTurn, kCtid));
  suspect_row = for_table(
      fill_in(sql::kSuspectRow, {{"{suspect}", fill_in(sql::kSuspect, {{"$2", "$1"}})}}), table);
  note_turns = for_table(sql::kNoteTurns, table);
  text = for_table(
      fill_in(sql::kReadTheJob, {{"{reference}", table.has_reference ? R"(j."referenceTrack"::text)"
                                                                     : "NULL::text"}}),
      table);
  progress = for_table(sql::kReportProgress, table);
  extend = for_table(sql::kExtendLeases, table);
  held = for_table(sql::kLookAtRuns, table);
}

void Statements::set_endings(const QueueTable& table) {
  complete = ending(table, {.state = RunState::kCompleted,
                            .row = sql::kRowCompleted,
                            .gates = std::string(sql::kDropGates) + sql::kKeepPictures,
                            .error = "NULL"});
  fail = ending(table, {.state = RunState::kFailed,
                        .row = sql::kRowFailed,
                        .gates = sql::kDropGates,
                        .error = "$3::jsonb"});
  retry = ending(table, {.state = RunState::kRetrying,
                         .row = sql::kRowPutBack,
                         .gates = keep_gates(kLater),
                         .error = "$3::jsonb"});
  postpone = ending(table, {.state = RunState::kPostponed,
                            .row = sql::kRowPutBack,
                            .gates = keep_gates(kLaterAtNoCost),
                            .error = "$3::jsonb"});
  excuse = ending(table, {.state = RunState::kReleased,
                          .row = sql::kRowPutBack,
                          .gates = keep_gates(kNowForFault),
                          .error = "$2::jsonb"});
  release = ending(table, {.state = RunState::kReleased,
                           .row = sql::kRowPutBack,
                           .gates = keep_gates(kNow),
                           .error = "NULL",
                           .which = sql::kLeaveLockedRows});
  abandon = ending(table, {.state = RunState::kLost,
                           .row = sql::kRowPutBack,
                           .gates = keep_gates(kNow),
                           .error = sql::kLeaseUnsure,
                           .which = sql::kLeaveLockedRows});
  strand = sql::kFailWithoutTheRow;
  require_written = for_table(
      fill_in(sql::kRequireWritten, {{"{refuse}", postgres::raise(kNoEffect, "r.job_id")}}), table);
  strays = sql::kFindStrays;
}

void Statements::set_upkeep(const QueueTable& table) {
  rescue = for_table(sql::kRescue, table);
  expired = sql::kFindWhatIsToBeRescued;
  next_expiry = sql::kFindTheNextToBeRescued;
  clear_charges = sql::kTakeBackCharges;
  revive = for_table(sql::kRevive, table);
  reopen_gate = sql::kReopenAGate;
  const auto setting_aside = [&](const char* statement, const char* rows) {
    const auto noted = fill_in(sql::kSetAside, {{"{rows}", rows}});
    return for_table(fill_in(statement, {{"{noted}", noted}}), table);
  };
  set_aside_row = setting_aside(sql::kSetAsideRow,
                                R"(SELECT "id"::text AS job_id FROM {jobs} WHERE ctid = $1::tid)");
  set_aside_run = setting_aside(sql::kSetAsideRun, "SELECT job_id FROM aura.run WHERE id = $1");
  name_of_row = for_table(sql::kNameARow, table);
  name_of_run = for_table(sql::kNameARun, table);
  stranded = for_table(sql::kFindFailuresToWrite, table);
  unstrand = for_table(sql::kWriteAFailureLater, table);
  delay = sql::kPutOffAFailure;
  forget = for_table(sql::kForget, table);
  has_work = for_table(sql::kLookForWork, table);
}

void Statements::set_single_writes(const QueueTable& table) {
  const auto writing = [&](const std::string& row) {
    return for_table(fill_in(sql::kWriteRow, {{"{row}", row}}), table);
  };
  write_claimed = writing(sql::kRowClaimed);
  write_progress = writing(R"("progress" = $2::int)");
  write_back = writing(sql::kRowPutBack);
  write_anew =
      writing(std::string(sql::kRowPutBack) + R"(, "errorMessage" = NULL, "completedAt" = NULL)");
  write_completed = writing(sql::kRowCompleted);
  write_failed = writing(fill_in(sql::kRowFailed, {{"$4", "$3"}}));
}

NamedStatements Statements::all(bool in_turn) const {
  NamedStatements statements{{"claim", claim_oldest},
                             {"claim a row", claim_row},
                             {"find the oldest", oldest_rows},
                             {"find what runs alone", suspect_row},
                             {"read the job", text},
                             {"report progress", progress},
                             {"extend leases", extend},
                             {"look at runs", held},
                             {"complete", complete},
                             {"fail", fail},
                             {"fail without the row", strand},
                             {"require written", require_written},
                             {"retry", retry},
                             {"postpone", postpone},
                             {"excuse", excuse},
                             {"release", release},
                             {"abandon", abandon},
                             {"find strays", strays},
                             {"rescue", rescue},
                             {"find what is to be rescued", expired},
                             {"find the next to be rescued", next_expiry},
                             {"take back charges", clear_charges},
                             {"revive", revive},
                             {"reopen a gate", reopen_gate},
                             {"set a row aside", set_aside_row},
                             {"set a run aside", set_aside_run},
                             {"name a row", name_of_row},
                             {"name a run", name_of_run},
                             {"find failures to write", stranded},
                             {"write a failure later", unstrand},
                             {"put off a failure", delay},
                             {"forget", forget},
                             {"look for work", has_work}};
  if (in_turn) {
    statements.insert(statements.end(), {{"claim in turn", claim_in_turn},
                                         {"find whose turn it is", in_turn_rows},
                                         {"note turns", note_turns}});
  }
  return statements;
}

NamedStatements every_statement(const QueueTable& table) {
  NamedStatements every = Statements(table).all(true);
  for (const auto& more :
       {status_statements(table), listing_statements(table), operation_statements(table)})
    every.insert(every.end(), more.begin(), more.end());
  for (const auto& file : sql::kFiles) {
    const bool is_there = std::any_of(every.begin(), every.end(), [&](const auto& statement) {
      return file_name_of(statement.first) == file_name_of(file.name);
    });
    if (!is_there) every.emplace_back(file.name, for_table(file.text, table));
  }
  return every;
}

std::string file_name_of(std::string_view statement) {
  return postgres::fill_in(std::string(statement), {{" ", "_"}});
}

}  // namespace aura::queue
