#include "job_list.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "aura/queue/listing.h"
#include "aura/queue/states.h"
#include "bad_request.h"
#include "job_json.h"
#include "jobs_database.h"
#include "query.h"
#include "target.h"

namespace aura::http {
namespace {

/// Jobs per page: the default, and the most that `limit` may ask for.
constexpr int kPage = 50;
constexpr int kLongestPage = 200;
constexpr std::string_view kMicroseconds = "us";

std::string to_text(const queue::Cursor& cursor) {
  const auto time = cursor.created_us ? std::to_string(*cursor.created_us) : "";
  return time + std::string(kMicroseconds) + "." + cursor.id;
}

/// Reads what to_text() wrote. A time without unit is in milliseconds: an older worker wrote it.
queue::Cursor parse_cursor(std::string_view text) {
  constexpr std::int64_t kFirst = -62'135'596'800;  // of the year 1, in seconds
  constexpr std::int64_t kLast = 253'402'300'799;   // of the year 9999
  const auto dot = text.find('.');
  auto time = text.substr(0, dot);
  std::int64_t per_second = 1'000;
  if (time.ends_with(kMicroseconds)) {
    time.remove_suffix(kMicroseconds.size());
    per_second = 1'000'000;
  }
  const auto created = number_in(time, kFirst * per_second, kLast * per_second);
  const bool has_none = per_second != 1'000 && time.empty();
  if ((!created && !has_none) || dot == std::string_view::npos)
    throw BadRequest("cursor must be the nextCursor of a page");
  queue::Cursor cursor{{}, std::string(text.substr(dot + 1))};
  if (created) cursor.created_us = *created * (1'000'000 / per_second);
  return cursor;
}

}  // namespace

Response answer_jobs(const Call& call, JobsDatabase& database) {
  const auto query = query_of(call.request.target);
  const auto status = parameter(query, "status");
  constexpr auto& kStatuses = queue::kJobStatuses;
  if (status && std::find(kStatuses.begin(), kStatuses.end(), *status) == kStatuses.end())
    throw BadRequest("status must be queued, processing, completed or failed");
  std::optional<queue::Cursor> after;
  if (const auto cursor = parameter(query, "cursor")) after = parse_cursor(*cursor);
  const auto limit = number_parameter(query, "limit", 1, kLongestPage).value_or(kPage);
  const auto page = queue::list_jobs(database.connection(), database.table(), status, after,
                                     static_cast<int>(limit));
  Json body{{"jobs", Json::array()}, {"nextCursor", nullptr}};
  for (const auto& job : page.jobs) body["jobs"].push_back(to_json(job));
  if (page.next) body["nextCursor"] = to_text(*page.next);
  return json_response(body);
}

Response start_events(const Call&, const WorkerState&) {
  return {.content_type = "text/event-stream", .is_events = true};
}

std::string active_jobs_event(JobsDatabase& database) try {
  Json jobs = Json::array();
  for (const auto& job : queue::active_jobs(database.connection(), database.table()))
    jobs.push_back(to_json(job));
  return text_of({{"jobs", std::move(jobs)}});
} catch (const std::exception& failure) {
  database.note_failure(failure);
  return R"({"error":"the database can't be asked just now"})";
}

}  // namespace aura::http
