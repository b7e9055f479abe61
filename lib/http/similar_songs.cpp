#include "similar_songs.h"

#include "aura/analysis/fingerprint.h"
#include "aura/catalogue/job_measurements.h"
#include "aura/catalogue/similar.h"
#include "catalogue_terms.h"
#include "jobs_database.h"
#include "json_response.h"
#include "song_json.h"
#include "target.h"
#include "unavailable.h"

namespace aura::http {
namespace {

constexpr std::int64_t kHits = 10;
constexpr std::int64_t kMostHits = 50;
/// An index of 100,000 songs loads in less.
constexpr int kLoadSeconds = 2;

/// Returns what to search in; nothing if the catalogue is empty. Throws Unavailable if there is no
/// search.
std::optional<catalogue::SearchView> view_of(const catalogue::CatalogueReader& reader) {
  if (auto view = reader.view()) return view;
  switch (reader.status().state) {
    case catalogue::IndexState::kAbsent:
      throw Unavailable(kNoCatalogue);
    case catalogue::IndexState::kUnreadable:
      throw Unavailable("the catalogue could not be read: an operator finds why with aura doctor");
    case catalogue::IndexState::kTooLarge:
      throw Unavailable(
          "the catalogue does not fit into CATALOGUE_MAX_MB: an operator must raise it, or set "
          "CATALOGUE_INDEX to pgvector");
    case catalogue::IndexState::kUnavailable:
      throw Unavailable(
          "the catalogue can't be searched with pgvector: an operator finds why with aura doctor");
    case catalogue::IndexState::kLoading:
    case catalogue::IndexState::kReady:  // since this moment
      throw Unavailable("the catalogue is loading: try again", kLoadSeconds);
    case catalogue::IndexState::kEmpty:
      break;
  }
  return std::nullopt;
}

}  // namespace

Response answer_similar(const Call& call, JobsDatabase& database) {
  const auto count = number_parameter(query_of(call.request.target), "k", 1, kMostHits);
  const auto job =
      catalogue::find_job_measurements(database.connection(), database.table(), call.value);
  if (!job) return error_response(404, "there is no such job");
  if (!job->is_completed) return error_response(409, "the job is not completed");
  Json body{{"jobId", call.value}, {"hits", Json::array()}};
  const auto view = view_of(database.catalogue_reader());
  if (!view) return json_response(body);
  if (!job->stored || !job->stored->parts.timbre) return error_response(410, kNoMeasurements);
  auto query = query_for(*job);
  query.same_artist = database.similarity().same_artist;
  query.floor = database.similarity().similar_floor;
  query.count = static_cast<std::size_t>(count.value_or(kHits));
  if (catalogue::find_vector(query.vectors, *view->space) == nullptr)
    return error_response(410, catalogue::kMeasuredWithoutModel);
  for (const auto& hit :
       catalogue::find_similar(*view, database.connection(), query, analysis::is_same_recording)) {
    body["hits"].push_back(to_json(hit.id, hit.song, hit.facts));
    body["hits"].back()["similarity"] = hit.similarity;
  }
  return json_response(body);
}

}  // namespace aura::http
