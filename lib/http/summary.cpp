#include "summary.h"

#include "aura/queue/status.h"
#include "jobs_database.h"
#include "json_response.h"

namespace aura::http {
namespace {

constexpr std::chrono::seconds kKeepFor{2};

Response summarise(JobsDatabase& database) {
  const auto found = queue::summarise(database.connection(), database.table());
  Json minutes = Json::array();
  for (const auto& [start, completed, failed] : found.minutes)
    minutes.push_back({{"start", start}, {"completed", completed}, {"failed", failed}});
  return json_response({{"counts",
                         {{"queued", found.queued},
                          {"processing", found.processing},
                          {"completed", found.completed},
                          {"failed", found.failed},
                          {"setAside", found.set_aside}}},
                        {"minutes", std::move(minutes)}});
}

}  // namespace

Response answer_summary(const Call&, JobsDatabase& database) {
  return database.summary(kKeepFor, [&] { return summarise(database); });
}

}  // namespace aura::http
