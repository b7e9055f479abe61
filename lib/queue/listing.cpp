#include "aura/queue/listing.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "aura/postgres/session.h"
#include "statements.h"

namespace aura::queue {
namespace {

/// Somebody waits for what is asked for them.
constexpr std::chrono::seconds kPatience{5};

constexpr std::string_view kColumns = R"sql(
  coalesce(j."jobId"::text, '') AS job_id, coalesce(j."status"::text, '') AS status,
  coalesce(j."progress", 0) AS progress, coalesce(j."trackTitle", '') AS track_title,
  coalesce(j."artistName", '') AS artist_name,
  to_char(j."createdAt"{created_utc}, {iso}) AS created, to_char(j."completedAt"{completed_utc}, {iso}) AS completed,
  j."errorMessage" AS error_message
)sql";

constexpr std::string_view kList = R"sql(
SELECT {columns}, j."id",
       CASE WHEN isfinite(j."createdAt") THEN (extract(epoch FROM j."createdAt") * 1000000)::bigint END AS created_us
FROM {rows} j
WHERE ($1::text IS NULL OR j."status" = $1::text::{status}) AND {after}
ORDER BY j."createdAt" DESC, j."id" DESC LIMIT $2
)sql";

constexpr std::string_view kFromStart = "true";
// Compared with the columns themselves, so that the index on "createdAt" serves every page.
constexpr std::string_view kAfter = R"sql((j."createdAt", j."id") < ($3, $4))sql";
// Rows without a time come first.
constexpr std::string_view kAfterUntimed =
    R"sql((j."createdAt" IS NULL AND j."id" < $3 OR isfinite(j."createdAt")))sql";

// A status that few have is looked up and sorted: the newest of them may lie behind millions of
// others, which the planner, taking it that each status is spread over all times, would go through.
// OFFSET keeps it from that.
constexpr std::string_view kAreFew =
    R"sql(SELECT count(*) <= 10000 FROM (SELECT FROM {jobs} WHERE "status" = $1::text::{status} LIMIT 10001) counted)sql";
constexpr std::string_view kFew =
    R"sql((SELECT * FROM {jobs} WHERE "status" = $1::text::{status} OFFSET 0))sql";

constexpr std::string_view kActive = R"sql(
SELECT {columns} FROM (
  (SELECT job_id FROM aura.run WHERE state = 'running' ORDER BY id DESC LIMIT {most})
  UNION
  (SELECT job_id FROM aura.run WHERE state <> 'running' AND ended_at > now() - interval '10 seconds'
   ORDER BY ended_at DESC LIMIT {most})) active
JOIN {jobs} j ON j."id" = active.job_id::{id} ORDER BY j."createdAt", j."id"
)sql";

std::string statement(std::string_view sql, const QueueTable& table) {
  return for_table(postgres::fill_in(std::string(sql), {{"{columns}", kColumns},
                                                        {"{iso}", kIsoMs},
                                                        {"{most}", std::to_string(kMostActive)}}),
                   table);
}

std::string list_of(std::string_view rows, std::string_view after) {
  return postgres::fill_in(std::string(kList), {{"{rows}", rows}, {"{after}", after}});
}

/// A time as both a timestamp and a timestamptz read it.
std::string timestamp_of(std::int64_t us) {
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(us)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d.%06d+00",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

JobSummary summary_of(const pqxx::row& row) {
  return {postgres::optional_text(row["job_id"]).value_or(""),
          row["status"].as<std::string>(),
          row["progress"].as<int>(),
          row["track_title"].as<std::string>(),
          row["artist_name"].as<std::string>(),
          postgres::optional_text(row["created"]).value_or(""),
          postgres::optional_text(row["completed"]),
          postgres::optional_text(row["error_message"])};
}

}  // namespace

JobPage list_jobs(postgres::Connection& connection, const QueueTable& table,
                  const std::optional<std::string>& status, const std::optional<Cursor>& after,
                  int limit) {
  pqxx::result rows;
  connection.session().transaction_within(kPatience, [&](postgres::Transaction& work) {
    const bool are_few =
        status && work.exec_params(statement(kAreFew, table), *status)[0][0].as<bool>();
    const auto select = [&](std::string_view rows_after, const auto&... values) {
      const auto sql = list_of(are_few ? kFew : "{jobs}", rows_after);
      // One more than asked for tells whether there is another page.
      rows = work.exec_params(statement(sql, table), status, limit + 1, values...);
    };
    if (!after) {
      select(kFromStart);
    } else if (after->created_us) {
      select(kAfter, timestamp_of(*after->created_us), after->id);
    } else {
      select(kAfterUntimed, after->id);
    }
  });
  JobPage page;
  for (const auto& row : rows) {
    if (static_cast<int>(page.jobs.size()) == limit) {
      const auto& last = rows[rows.size() - 2];
      page.next = Cursor{{}, last["id"].as<std::string>()};
      if (!last["created_us"].is_null())
        page.next->created_us = last["created_us"].as<std::int64_t>();
      break;
    }
    page.jobs.push_back(summary_of(row));
  }
  return page;
}

std::vector<JobSummary> active_jobs(postgres::Connection& connection, const QueueTable& table) {
  const auto rows = connection.session().execute_within(kPatience, statement(kActive, table));
  std::vector<JobSummary> jobs;
  for (const auto& row : rows) jobs.push_back(summary_of(row));
  return jobs;
}

NamedStatements listing_statements(const QueueTable& table) {
  NamedStatements statements;
  for (const auto rows : {kFew, std::string_view("{jobs}")}) {
    for (const auto after : {kFromStart, kAfter, kAfterUntimed})
      statements.emplace_back("list jobs", statement(list_of(rows, after), table));
  }
  statements.emplace_back("list jobs of a status", statement(kAreFew, table));
  statements.emplace_back("list what is under way", statement(kActive, table));
  return statements;
}

}  // namespace aura::queue
