#include "job_json.h"

#include <cmath>

#include "aura/queue/states.h"
#include "aura/queue/step.h"

namespace aura::http {
namespace {

using metrics::Stage;

std::optional<double> remaining_s(int progress, const metrics::Instruments& instruments) {
  double left = 0;
  for (const auto stage : {Stage::kFetch, Stage::kDecode, Stage::kFeatures, Stage::kSave}) {
    const auto mean = instruments.mean(stage);
    if (!mean) return std::nullopt;
    if (progress < queue::end_of_stage(metrics::name_of(stage))) left += mean->count();
  }
  return left;
}

}  // namespace

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
  if (job.status == queue::text_of(queue::JobStatus::kProcessing))
    json["currentStep"] = queue::step_at(job.progress).name;
  return json;
}

void add_time_left(Json& body, int progress, const metrics::Instruments& instruments) {
  if (const auto left = remaining_s(progress, instruments))
    body["estimatedTimeRemaining"] = std::ceil(*left);
}

}  // namespace aura::http
