#include "job_json.h"

#include <array>
#include <cmath>
#include <utility>

namespace aura::http {
namespace {

using metrics::Stage;

std::optional<double> remaining_s(int progress, const metrics::Instruments& instruments) {
  double left = 0;
  for (const auto& [until, stage] : {std::pair{10, Stage::kFetch},
                                     {20, Stage::kDecode},
                                     {50, Stage::kFeatures},
                                     {100, Stage::kSave}}) {
    const auto mean = instruments.mean(stage);
    if (!mean) return std::nullopt;
    if (progress < until) left += mean->count();
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
  if (job.status == "processing") json["currentStep"] = step_after(job.progress);
  return json;
}

std::string_view step_after(int progress) noexcept {
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

void add_time_left(Json& body, int progress, const metrics::Instruments& instruments) {
  if (const auto left = remaining_s(progress, instruments))
    body["estimatedTimeRemaining"] = std::ceil(*left);
}

}  // namespace aura::http
