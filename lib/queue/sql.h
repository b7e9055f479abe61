#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace aura::queue {

/// SQL for the present in the jobs table's own terms: UTC without saying so, to the millisecond.
inline constexpr std::string_view kNow = "(now() AT TIME ZONE 'UTC')::timestamp(3)";

/// How to_char() renders a timestamp in UTC as ISO 8601: for people, and for programs.
inline constexpr std::string_view kIso = R"sql('YYYY-MM-DD"T"HH24:MI:SS"Z"')sql";
inline constexpr std::string_view kIsoMs = R"sql('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')sql";

/// Where inserts are told of, and what tells of one: see deploy/migrations.
inline constexpr const char* kWakeChannel = "aura_jobs";
inline constexpr const char* kWake = "SELECT pg_notify('aura_jobs', '')";

/// `sql` with each placeholder ("{jobs}") replaced by its text, wherever it stands.
inline std::string fill_in(
    std::string sql, std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  for (const auto& [name, value] : values) {
    for (auto at = sql.find(name); at != std::string::npos;
         at = sql.find(name, at + value.size())) {
      sql.replace(at, name.size(), value);
    }
  }
  return sql;
}

}  // namespace aura::queue
