#include "routes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "aura/queue/operations.h"
#include "aura/queue/producer.h"
#include "authorization.h"
#include "bad_request.h"
#include "pages.h"
#include "probes.h"
#include "submission.h"
#include "target.h"

namespace aura::http {
namespace {

using Json = nlohmann::ordered_json;
using metrics::Stage;
using std::chrono::seconds;

constexpr seconds kSummaryFor{2};
constexpr std::string_view kStatus = "/api/aura/status/";
constexpr std::string_view kResult = "/api/aura/result/";
constexpr std::string_view kJobs = "/api/aura/jobs";
constexpr std::string_view kJob = "/api/aura/jobs/";
constexpr std::string_view kRetry = "/retry";  // after kJob and the jobId
constexpr std::string_view kPictures = "/api/aura/pictures/";
constexpr std::string_view kSummary = "/api/aura/summary";
constexpr std::string_view kEvents = "/api/aura/events";
constexpr std::string_view kAnalyze = "/api/aura/analyze";
/// Jobs a page, unless the query's `limit` says otherwise, and at most.
constexpr int kPage = 50;
constexpr int kLongestPage = 200;
constexpr std::array<std::string_view, 4> kStatuses{"queued", "processing", "completed", "failed"};

/// What the database holds need not be UTF-8 where its encoding is SQL_ASCII.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Response json(const Json& body, unsigned status = 200) {
  return {status, text_of(body)};
}

Response error(unsigned status, std::string_view message) {
  return json({{"error", message}}, status);
}

/// The jobId that `path` names after `prefix`; nothing where that can't be one.
std::optional<std::string> job_id_of(std::string_view path, std::string_view prefix) {
  constexpr std::size_t kMostBytes = 200;
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  if (path.empty() || path.size() > 3 * kMostBytes || path.find('/') != std::string_view::npos)
    return std::nullopt;
  auto id = decode_percent(path);
  return id && id->size() <= kMostBytes ? id : std::nullopt;
}

/// The jobId in kJob JOBID kRetry.
std::optional<std::string> job_to_retry(std::string_view path) {
  if (!path.ends_with(kRetry)) return std::nullopt;
  path.remove_suffix(kRetry.size());
  return job_id_of(path, kJob);
}

/// The methods that a path takes; empty where there is no such path.
std::string_view methods_of(std::string_view path) {
  if (path == kAnalyze || job_to_retry(path)) return "POST";
  const bool is_known = path == "/healthz" || is_probe(path) || path == kJobs || path == kSummary ||
                        path == kEvents || job_id_of(path, kStatus) || job_id_of(path, kResult) ||
                        job_id_of(path, kPictures) || job_id_of(path, kJob) || is_page(path);
  return is_known ? "GET, HEAD" : "";
}

bool takes(std::string_view methods, std::string_view method) {
  if (methods == "POST") return method == "POST";
  return method == "GET" || method == "HEAD";
}

/// Whether the header Host names this machine as seen from itself.
bool is_local(std::string_view host) {
  const auto port = host.rfind(':');
  if (port != std::string_view::npos && host.find(']', port) == std::string_view::npos)
    host = host.substr(0, port);
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

std::string_view step_after(int progress) {
  struct Step {
    int until;
    std::string_view name;
  };
  constexpr std::array kSteps{
      Step{10, "Downloading"},         Step{20, "Decoding"}, Step{50, "Measuring"},
      Step{60, "Weighing the lyrics"}, Step{70, "Scoring"},  Step{80, "Writing recommendations"},
      Step{90, "Finding similar hits"}};
  for (const auto& [until, name] : kSteps) {
    if (progress < until) return name;
  }
  return "Saving";
}

Json optional_json(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json();
}

Json to_json(const queue::JobSummary& job) {
  Json json{{"jobId", job.job_id},
            {"status", job.status},
            {"progress", job.progress},
            {"trackTitle", job.track_title},
            {"artistName", job.artist_name},
            {"createdAt", job.created_at},
            {"completedAt", optional_json(job.completed_at)},
            {"errorMessage", optional_json(job.error_message)}};
  if (job.status == "processing") json["currentStep"] = step_after(job.progress);
  return json;
}

/// A number that `text` is, all of it; nothing where it is none from `least` to `most`.
std::optional<std::int64_t> number_in(std::string_view text, std::int64_t least,
                                      std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = failure == std::errc() && end == text.data() + text.size();
  return is_number && number >= least && number <= most ? std::optional(number) : std::nullopt;
}

constexpr std::string_view kMicroseconds = "us";

std::string to_text(const queue::Cursor& cursor) {
  const auto time = cursor.created_us ? std::to_string(*cursor.created_us) : "";
  return time + std::string(kMicroseconds) + "." + cursor.id;
}

/// What to_text() wrote. Without a unit it is in milliseconds: a page of an older worker.
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

int parse_limit(std::string_view text) {
  const auto limit = number_in(text, 1, kLongestPage);
  if (!limit) throw BadRequest("limit must be a number from 1 to " + std::to_string(kLongestPage));
  return static_cast<int>(*limit);
}

bool is_json(std::string_view content_type) {
  constexpr std::string_view kJson = "application/json";
  const auto type = content_type.substr(0, content_type.find_first_of("; "));
  return std::equal(type.begin(), type.end(), kJson.begin(), kJson.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

/// A web page of anybody's may have its reader's browser send any other type to this machine.
void require_json(const Request& request) {
  if (!is_json(request.content_type))
    throw BadRequest("the header Content-Type must be application/json", 415);
}

}  // namespace

Routes::Routes(const EndpointSettings& settings, const metrics::Instruments& instruments,
               const Log& log)
    : settings_(settings), instruments_(instruments), log_(log), connection_(settings.database) {}

std::optional<Response> Routes::at_once(const Request& request) const {
  const auto path = path_of(request.target);
  if (path != "/healthz" && path != "/readyz") {
    if (auto refused = refusal(request)) return refused;
  }
  const auto methods = methods_of(path);
  if (methods.empty()) return error(404, "there is nothing here");
  if (!takes(methods, request.method)) {
    auto response = error(405, "this path takes " + std::string(methods));
    response.allow = methods;
    return response;
  }
  if (is_page(path)) return page_for(request);
  if (path == kEvents) return Response{.content_type = "text/event-stream", .is_events = true};
  if (path != "/healthz") return std::nullopt;
  const bool is_alive = Clock::now() - instruments_.last_turn() <= settings_.alive_within ||
                        instruments_.is_draining();
  return json({{"alive", is_alive}}, is_alive ? 200 : 503);
}

std::optional<Response> Routes::refusal(const Request& request) const {
  if (settings_.token) {
    if (holds_token(request.authorization, *settings_.token)) return std::nullopt;
    return error(401, "the header Authorization must be: Bearer and the token");
  }
  if (!request.is_from_loopback || request.is_forwarded)
    return error(403, "without AURA_API_TOKEN only the worker's own machine is answered");
  // A page of somebody else's whose name leads here (DNS rebinding) would name that.
  if (!is_local(request.host))
    return error(403, "without AURA_API_TOKEN the host must be called localhost");
  return std::nullopt;
}

Response Routes::later(const Request& request) try {
  const auto path = path_of(request.target);
  if (path == kJobs) return jobs(request.target);
  if (path == kSummary) return summary();
  if (path == kAnalyze) return analyze(request);
  if (const auto id = job_to_retry(path)) return retry(*id, request);
  if (const auto id = job_id_of(path, kStatus)) return status(*id);
  if (const auto id = job_id_of(path, kJob)) return job(*id);
  if (const auto id = job_id_of(path, kPictures)) return pictures(*id);
  return result(job_id_of(path, kResult).value());
} catch (const BadRequest& bad) {
  return error(bad.status(), bad.what());
} catch (const queue::NoQueueTable& failure) {
  note(failure);
  return error(503, "the jobs table is not there");
} catch (const std::exception& failure) {
  note(failure);
  return error(503, "the database can't be asked just now");
}

void Routes::note(const std::exception& failure) {
  log_.warning("a request can't be answered: " + std::string(failure.what()));
  table_.reset();
}

const queue::QueueTable& Routes::table() {
  if (!table_) table_ = queue::find_queue_table(connection_, settings_.table);
  return *table_;
}

Response Routes::status(const std::string& job_id) {
  const auto job = queue::find_job(connection_, table(), job_id);
  if (!job) return error(404, "there is no such job");
  Json body{{"jobId", job->job_id}, {"status", job->status}, {"progress", job->progress}};
  if (job->status == "processing") {
    body["currentStep"] = step_after(job->progress);
    if (const auto left = remaining_s(job->progress))
      body["estimatedTimeRemaining"] = std::ceil(*left);
  }
  return json(body);
}

Response Routes::result(const std::string& job_id) {
  if (auto result = queue::find_result(connection_, table(), job_id))
    return {200, std::move(*result)};
  const auto job = queue::find_job(connection_, table(), job_id);
  if (!job) return error(404, "there is no such job");
  return json({{"error", "the job is not completed"}, {"status", job->status}}, 409);
}

Response Routes::job(const std::string& job_id) {
  const auto job = queue::find_job(connection_, table(), job_id);
  if (!job) return error(404, "there is no such job");
  auto body = to_json(queue::JobSummary{job->job_id, job->status, job->progress, job->track_title,
                                        job->artist_name, job->created_at, job->completed_at,
                                        job->error_message});
  body["nextAttemptAt"] = optional_json(job->next_attempt_at);
  if (job->status == "processing") {
    if (const auto left = remaining_s(job->progress))
      body["estimatedTimeRemaining"] = std::ceil(*left);
  }
  body["report"] = nullptr;
  if (job->status == "completed") {
    if (const auto report = queue::find_report(connection_, table(), job_id))
      body["report"] = Json::parse(*report);
  }
  return json(body);
}

Response Routes::jobs(const std::string& target) {
  const auto query = query_of(target);
  const auto given = [&](const char* name) -> std::optional<std::string> {
    const auto found = query.find(name);
    return found == query.end() ? std::nullopt : std::optional(found->second);
  };
  const auto status = given("status");
  if (status && std::find(kStatuses.begin(), kStatuses.end(), *status) == kStatuses.end())
    throw BadRequest("status must be queued, processing, completed or failed");
  std::optional<queue::Cursor> after;
  if (const auto cursor = given("cursor")) after = parse_cursor(*cursor);
  const auto limit = given("limit");
  const auto page =
      queue::list_jobs(connection_, table(), status, after, limit ? parse_limit(*limit) : kPage);
  Json body{{"jobs", Json::array()}, {"nextCursor", nullptr}};
  for (const auto& job : page.jobs) body["jobs"].push_back(to_json(job));
  if (page.next) body["nextCursor"] = to_text(*page.next);
  return json(body);
}

Response Routes::pictures(const std::string& job_id) {
  if (auto pictures = queue::find_pictures(connection_, table(), job_id))
    return {200, std::move(*pictures)};
  return error(404, "there is no such job, or no pictures of it are kept");
}

Response Routes::summary() {
  if (summary_ && Clock::now() - summary_at_ < kSummaryFor) return *summary_;
  const auto found = queue::summarise(connection_, table());
  Json minutes = Json::array();
  for (const auto& [start, completed, failed] : found.minutes)
    minutes.push_back({{"start", start}, {"completed", completed}, {"failed", failed}});
  summary_ = json({{"counts",
                    {{"queued", found.queued},
                     {"processing", found.processing},
                     {"completed", found.completed},
                     {"failed", found.failed},
                     {"setAside", found.set_aside}}},
                   {"minutes", std::move(minutes)}});
  summary_at_ = Clock::now();
  return *summary_;
}

Response Routes::retry(const std::string& job_id, const Request& request) {
  require_json(request);
  const bool is_empty =
      request.body.empty() || Json::parse(request.body, nullptr, false) == Json::object();
  if (!is_empty) throw BadRequest("the body must be empty or {}");
  if (queue::retry_job(connection_, table(), job_id))
    return json({{"jobId", job_id}, {"status", "queued"}}, 202);
  const auto job = queue::find_job(connection_, table(), job_id);
  if (!job) return error(404, "there is no such job");
  return json({{"error", "only a job that failed or waits can be set back to the queue"},
               {"status", job->status}},
              409);
}

Response Routes::analyze(const Request& request) {
  require_json(request);
  const auto submission = read_submission(request.body);
  try {
    return json({{"jobId", queue::enqueue(connection_, table(), submission)}, {"status", "queued"}},
                202);
  } catch (const postgres::DatabaseError& failure) {
    note(failure);
    table();  // its going is not the client's fault
    throw BadRequest(
        "the jobs table refuses this job: is there such a user, and may the worker insert?", 422);
  }
}

std::string Routes::events() try {
  Json jobs = Json::array();
  for (const auto& job : queue::active_jobs(connection_, table())) jobs.push_back(to_json(job));
  return text_of({{"jobs", std::move(jobs)}});
} catch (const std::exception& failure) {
  note(failure);
  return R"({"error":"the database can't be asked just now"})";
}

std::optional<double> Routes::remaining_s(int progress) const {
  double left = 0;
  for (const auto& [until, stage] : {std::pair{10, Stage::kFetch},
                                     {20, Stage::kDecode},
                                     {50, Stage::kFeatures},
                                     {100, Stage::kSave}}) {
    const auto mean = instruments_.mean(stage);
    if (!mean) return std::nullopt;
    if (progress < until) left += mean->count();
  }
  return left;
}

}  // namespace aura::http
