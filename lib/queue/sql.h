#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aura/postgres/template.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

using NamedStatements = std::vector<std::pair<std::string_view, std::string>>;

/// How to_char() renders a timestamp in UTC as ISO 8601: for people, and for programs.
inline constexpr std::string_view kIso = R"sql('YYYY-MM-DD"T"HH24:MI:SS"Z"')sql";
inline constexpr std::string_view kIsoMs = R"sql('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')sql";

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

/// `sql` for one jobs table. {jobs} is its quoted name, {id} and {status} the types of these
/// columns, {now}, {completed_now} and {created_now} the present as "updatedAt", "completedAt" and
/// "createdAt" have it. {created_utc}, {updated_utc} and {completed_utc}, after such a column, make
/// it UTC without a zone; after a UTC time without a zone, they make that what the column holds.
inline std::string for_table(std::string sql, const QueueTable& table) {
  const auto now = [](bool has_zone) -> std::string_view {
    return has_zone ? "now()" : "(now() AT TIME ZONE 'UTC')::timestamp(3)";
  };
  const auto utc = [](bool has_zone) -> std::string_view {
    return has_zone ? " AT TIME ZONE 'UTC'" : "";
  };
  return postgres::fill_in(std::move(sql), {{"{jobs}", table.quoted},
                                            {"{id}", table.id_type},
                                            {"{status}", table.status_type},
                                            {"{now}", now(table.updated_has_zone)},
                                            {"{completed_now}", now(table.completed_has_zone)},
                                            {"{created_now}", now(table.created_has_zone)},
                                            {"{created_utc}", utc(table.created_has_zone)},
                                            {"{updated_utc}", utc(table.updated_has_zone)},
                                            {"{completed_utc}", utc(table.completed_has_zone)}});
}

}  // namespace aura::queue
