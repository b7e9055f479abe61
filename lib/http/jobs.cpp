#include "jobs.h"

#include "aura/analysis/spotify_features.h"
#include "aura/queue/states.h"
#include "aura/queue/status.h"
#include "aura/queue/step.h"
#include "bad_request.h"
#include "job_json.h"
#include "jobs_database.h"
#include "target.h"

namespace aura::http {

Response answer_status(const Call& call, JobsDatabase& database) {
  const auto job = queue::find_job(database.connection(), database.table(), call.value);
  if (!job) return error_response(404, "there is no such job");
  Json body{{"jobId", job->job_id}, {"status", job->status}, {"progress", job->progress}};
  if (job->status == queue::text_of(queue::JobStatus::kProcessing)) {
    body["currentStep"] = queue::step_at(job->progress).name;
    add_time_left(body, job->progress, database.instruments());
  }
  if (job->measured_before) body["measuredBefore"] = *job->measured_before;
  return json_response(body);
}

Response answer_result(const Call& call, JobsDatabase& database) {
  if (auto result = queue::find_result(database.connection(), database.table(), call.value))
    return {200, std::move(*result)};
  const auto job = queue::find_job(database.connection(), database.table(), call.value);
  if (!job) return error_response(404, "there is no such job");
  return json_response({{"error", "the job is not completed"}, {"status", job->status}}, 409);
}

Response answer_job(const Call& call, JobsDatabase& database) {
  const auto job = queue::find_job(database.connection(), database.table(), call.value);
  if (!job) return error_response(404, "there is no such job");
  auto body = to_json(queue::JobSummary{job->job_id, job->status, job->progress, job->track_title,
                                        job->artist_name, job->created_at, job->completed_at,
                                        job->error_message});
  body["nextAttemptAt"] = optional_json(job->next_attempt_at);
  if (job->status == queue::text_of(queue::JobStatus::kProcessing))
    add_time_left(body, job->progress, database.instruments());
  if (job->measured_before) body["measuredBefore"] = *job->measured_before;
  body["report"] = nullptr;
  if (job->status == queue::text_of(queue::JobStatus::kCompleted)) {
    if (const auto report = queue::find_report(database.connection(), database.table(), call.value))
      body["report"] = Json::parse(*report);
  }
  return json_response(body);
}

Response answer_pictures(const Call& call, JobsDatabase& database) {
  if (auto pictures = queue::find_pictures(database.connection(), database.table(), call.value))
    return {200, std::move(*pictures)};
  return error_response(404, "there is no such job, or no pictures of it are kept");
}

Response answer_audio_features(const Call& call, JobsDatabase& database) {
  using analysis::Missing;
  const auto missing = parameter(query_of(call.request.target), "missing").value_or("null");
  if (missing != "null" && missing != "omit")
    throw BadRequest("the parameter missing must be null or omit");
  const auto way = missing == "omit" ? Missing::kOmit : Missing::kNull;
  if (const auto report = queue::find_report(database.connection(), database.table(), call.value))
    return {200, analysis::spotify_features(*report, way)};
  const auto job = queue::find_job(database.connection(), database.table(), call.value);
  if (!job) return error_response(404, "there is no such job");
  return json_response({{"error", "the job has no report"}, {"status", job->status}}, 409);
}

}  // namespace aura::http
