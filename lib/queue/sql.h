#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aura/queue/queue_table.h"

namespace aura::queue {

/// Statements with their names, such as "claim a row".
using NamedStatements = std::vector<std::pair<std::string_view, std::string>>;

/// How many rows at most a statement takes that selects its rows itself, such as a rescue.
inline constexpr int kStatementBatch = 100;

/// Notifies Listener::kJobsChannel, as the trigger function aura.wake() does.
inline constexpr const char* kWake = "SELECT pg_notify('aura_jobs', '')";

/// Lifts the limits of the role and the database until the session ends. Only for a session that
/// nobody shares.
inline constexpr const char* kLiftLimits = R"sql(
SELECT set_config(name, '0', false) FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout',
               'transaction_timeout')
)sql";

/// Returns `sql` for one jobs table. The placeholders of lib/queue/sql are:
///   {jobs}                        the table's quoted name
///   {id}, {status}                the types of these columns
///   {now}, {created_now}, {completed_now}
///                                 the present, in the type of "updatedAt", "createdAt" and
///                                 "completedAt"
///   {touched}                     sets "updatedAt" of the row j, which does not go back
///   {created_utc}, {updated_utc}, {completed_utc}
///                                 a suffix. Converts the column to UTC without a zone, and UTC
///                                 without a zone to the column's type
///   {error_width}, {model_width}  how many characters "errorMessage" and "modelVersion" hold
///   {iso}, {iso_ms}               formats for to_char(): ISO 8601; {iso_ms} with milliseconds
///   {nobody}                      the user of jobs without a userId
///   {batch}                       kStatementBatch
/// The code that composes a statement fills in all other placeholders before. Thread-safe.
std::string for_table(std::string_view sql, const QueueTable& table);

}  // namespace aura::queue
