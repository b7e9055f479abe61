#include "aura/queue/listing.h"

#include <chrono>

#include "session.h"
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

// The cursor is compared as a timestamp, so that the index on "createdAt" serves every page.
constexpr std::string_view kList = R"sql(
SELECT {columns}, j."id", (extract(epoch FROM j."createdAt") * 1000)::bigint AS created_ms FROM {rows} j
WHERE ($1::text IS NULL OR j."status" = $1::text::{status})
  AND ($2::bigint IS NULL OR (j."createdAt", j."id") < (timestamp 'epoch' + $2 * interval '1 millisecond', $3))
ORDER BY j."createdAt" DESC, j."id" DESC LIMIT $4
)sql";

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
  return for_table(fill_in(std::string(sql), {{"{columns}", kColumns},
                                              {"{iso}", kIsoMs},
                                              {"{most}", std::to_string(kMostActive)}}),
                   table);
}

JobSummary summary_of(const pqxx::row& row) {
  return {row["job_id"].as<std::string>(),
          row["status"].as<std::string>(),
          row["progress"].as<int>(),
          row["track_title"].as<std::string>(),
          row["artist_name"].as<std::string>(),
          optional_text(row["created"]).value_or(""),
          optional_text(row["completed"]),
          optional_text(row["error_message"])};
}

}  // namespace

JobPage list_jobs(Connection& connection, const QueueTable& table,
                  const std::optional<std::string>& status, const std::optional<Cursor>& after,
                  int limit) {
  std::optional<std::int64_t> created_ms;
  std::optional<std::string> id;
  if (after) {
    created_ms = after->created_ms;
    id = after->id;
  }
  pqxx::result rows;
  connection.session().transaction_within(kPatience, [&](Transaction& work) {
    const bool are_few =
        status && work.exec_params(statement(kAreFew, table), *status)[0][0].as<bool>();
    const auto sql = fill_in(std::string(kList), {{"{rows}", are_few ? kFew : "{jobs}"}});
    // One more than asked for tells whether there is another page.
    rows = work.exec_params(statement(sql, table), status, created_ms, id, limit + 1);
  });
  JobPage page;
  for (const auto& row : rows) {
    if (static_cast<int>(page.jobs.size()) == limit) {
      const auto& last = rows[rows.size() - 2];
      page.next = Cursor{last["created_ms"].as<std::int64_t>(), last["id"].as<std::string>()};
      break;
    }
    page.jobs.push_back(summary_of(row));
  }
  return page;
}

std::vector<JobSummary> active_jobs(Connection& connection, const QueueTable& table) {
  const auto rows = connection.session().execute_within(kPatience, statement(kActive, table));
  std::vector<JobSummary> jobs;
  for (const auto& row : rows) jobs.push_back(summary_of(row));
  return jobs;
}

NamedStatements listing_statements(const QueueTable& table) {
  NamedStatements statements;
  for (const auto rows : {kFew, std::string_view("{jobs}")})
    statements.emplace_back("list jobs",
                            statement(fill_in(std::string(kList), {{"{rows}", rows}}), table));
  statements.emplace_back("list jobs of a status", statement(kAreFew, table));
  statements.emplace_back("list what is under way", statement(kActive, table));
  return statements;
}

}  // namespace aura::queue
