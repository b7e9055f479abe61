#include "aura/queue/listing.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "sql_files.h"
#include "statements.h"

namespace aura::queue {
namespace {

/// Short, because a person or a program waits for the answer.
constexpr std::chrono::seconds kPatience{5};

constexpr std::string_view kFromStart = "true";
// Compares the columns themselves, so that the index on "createdAt" serves every page.
constexpr std::string_view kAfter = R"sql((j."createdAt", j."id") < ($3, $4))sql";
// Rows without a time are before all others.
constexpr std::string_view kAfterUntimed =
    R"sql((j."createdAt" IS NULL AND j."id" < $3 OR isfinite(j."createdAt")))sql";

std::string statement(std::string_view sql, const QueueTable& table) {
  return for_table(postgres::fill_in(std::string(sql), {{"{columns}", sql::kListedColumns},
                                                        {"{most}", std::to_string(kMostActive)}}),
                   table);
}

std::string list_of(std::string_view rows, std::string_view after) {
  return postgres::fill_in(std::string(sql::kList), {{"{rows}", rows}, {"{after}", after}});
}

/// Returns a time as text that both timestamp and timestamptz accept.
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

JobSummary summary_of(const postgres::Row& row) {
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
  postgres::Result rows;
  auto& session = connection.session();
  const bool are_few =
      status &&
      session.execute_within(kPatience, statement(sql::kCountFewJobs, table), *status)[0][0]
          .as<bool>();
  const auto select = [&](std::string_view rows_after, const auto&... values) {
    const auto sql = list_of(are_few ? sql::kFew : "{jobs}", rows_after);
    // One more row shows whether there is another page.
    rows = session.execute_within(kPatience, statement(sql, table), status, limit + 1, values...);
  };
  if (!after) {
    select(kFromStart);
  } else if (after->created_us) {
    select(kAfter, timestamp_of(*after->created_us), after->id);
  } else {
    select(kAfterUntimed, after->id);
  }
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
  const auto rows =
      connection.session().execute_within(kPatience, statement(sql::kListActiveJobs, table));
  std::vector<JobSummary> jobs;
  for (const auto& row : rows) jobs.push_back(summary_of(row));
  return jobs;
}

NamedStatements listing_statements(const QueueTable& table) {
  NamedStatements statements;
  const auto add = [&](std::string_view name, std::string_view rows, std::string_view after) {
    statements.emplace_back(name, statement(list_of(rows, after), table));
  };
  add("list jobs", "{jobs}", kFromStart);
  add("list jobs after a job", "{jobs}", kAfter);
  add("list jobs after an undated job", "{jobs}", kAfterUntimed);
  add("list few jobs", sql::kFew, kFromStart);
  add("list few jobs after a job", sql::kFew, kAfter);
  add("list few jobs after an undated job", sql::kFew, kAfterUntimed);
  statements.emplace_back("count few jobs", statement(sql::kCountFewJobs, table));
  statements.emplace_back("list active jobs", statement(sql::kListActiveJobs, table));
  return statements;
}

}  // namespace aura::queue
