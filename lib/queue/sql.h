#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aura/queue/queue_table.h"

namespace aura::queue {

using NamedStatements = std::vector<std::pair<std::string_view, std::string>>;

/// How many rows at most a statement takes that looks for work by itself.
inline constexpr int kStatementBatch = 100;

/// Where inserts are told of, and what tells of one: see deploy/migrations.
inline constexpr const char* kWakeChannel = "aura_jobs";
inline constexpr const char* kWake = "SELECT pg_notify('aura_jobs', '')";

/// Lifts what a role's or a database's settings limit, for the rest of a session that is nobody
/// else's.
inline constexpr const char* kLiftLimits = R"sql(
SELECT set_config(name, '0', false) FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout',
               'transaction_timeout')
)sql";

/// Returns `sql` for one jobs table. The placeholders of lib/queue/sql are:
///   {jobs}                        the table's quoted name
///   {id}, {status}                the types of these columns
///   {now}, {created_now}, {completed_now}
///                                 the present, as "updatedAt", "createdAt" and "completedAt" hold
///                                 it
///   {created_utc}, {updated_utc}, {completed_utc}
///                                 after such a column: makes it UTC without a zone; after UTC
///                                 without a zone: makes it what the column holds
///   {error_width}, {model_width}  how many characters "errorMessage" and "modelVersion" hold
///   {iso}, {iso_ms}               formats for to_char(): ISO 8601, the second with milliseconds
///   {nobody}                      the user of jobs without a userId
///   {batch}                       kStatementBatch
/// Others are filled in before, by the code that puts a statement together. Thread-safe.
std::string for_table(std::string_view sql, const QueueTable& table);

}  // namespace aura::queue
