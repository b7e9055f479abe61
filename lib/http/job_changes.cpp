#include "job_changes.h"

#include "aura/queue/operations.h"
#include "aura/queue/producer.h"
#include "aura/queue/status.h"
#include "bad_request.h"
#include "jobs_database.h"
#include "json_body.h"
#include "json_response.h"
#include "submission.h"

namespace aura::http {

Response submit_job(const Call& call, JobsDatabase& database) {
  require_json(call.request);
  const auto submission = read_submission(call.request.body);
  try {
    const auto job_id = queue::enqueue(database.connection(), database.table(), submission);
    return json_response({{"jobId", job_id}, {"status", "queued"}}, 202);
  } catch (const postgres::DatabaseError& failure) {
    database.note_failure(failure);
    database.table();  // throws if the table has gone, which is not the client's fault
    throw BadRequest(
        "the jobs table refuses this job: is there such a user, and may the worker insert?", 422);
  }
}

Response retry_job(const Call& call, JobsDatabase& database) {
  require_json(call.request);
  const auto& body = call.request.body;
  const bool is_empty = body.empty() || Json::parse(body, nullptr, false) == Json::object();
  if (!is_empty) throw BadRequest("the body must be empty or {}");
  if (queue::retry_job(database.connection(), database.table(), call.value))
    return json_response({{"jobId", call.value}, {"status", "queued"}}, 202);
  const auto job = queue::find_job(database.connection(), database.table(), call.value);
  if (!job) return error_response(404, "there is no such job");
  return json_response({{"error", "only a job that failed or waits can be set back to the queue"},
                        {"status", job->status}},
                       409);
}

}  // namespace aura::http
