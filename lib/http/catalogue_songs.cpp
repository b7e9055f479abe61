#include "catalogue_songs.h"

#include <limits>
#include <string>

#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/catalogue_reader.h"
#include "bad_request.h"
#include "catalogue_terms.h"
#include "jobs_database.h"
#include "json_body.h"
#include "json_response.h"
#include "query.h"
#include "song_json.h"
#include "target.h"

namespace aura::http {
namespace {

/// Songs per page: the default, and the most that `limit` may ask for.
constexpr int kPage = 50;
constexpr int kLongestPage = 200;
constexpr std::size_t kMostSearchBytes = 200;
constexpr std::size_t kMostBodyBytes = 4096;
constexpr std::size_t kMostJobIdBytes = 200;
constexpr auto kLastId = std::numeric_limits<catalogue::RowId>::max();

Response no_such_song() {
  return error_response(404, "there is no such song");
}

catalogue::RowId id_in(const Call& call) {
  return number_in(call.value, 1, kLastId).value();
}

Json to_json(const catalogue::ReaderStatus& status) {
  return {{"state", name_of(status.state)},
          {"rows", status.rows},
          {"stale", status.stale},
          {"kind", status.kind},
          {"preferredKind", status.preferred},
          {"lacking", status.lacking}};
}

}  // namespace

std::optional<std::string> song_id_of(std::string_view segment) {
  return number_in(segment, 1, kLastId) ? std::optional<std::string>(segment) : std::nullopt;
}

Response answer_songs(const Call& call, JobsDatabase& database) {
  const auto query = query_of(call.request.target);
  const auto search = parameter(query, "search").value_or("");
  if (search.size() > kMostSearchBytes)
    throw BadRequest("search must be at most " + std::to_string(kMostSearchBytes) + " bytes");
  const auto before = number_parameter(query, "before", 1, kLastId).value_or(0);
  const auto limit =
      static_cast<int>(number_parameter(query, "limit", 1, kLongestPage).value_or(kPage));
  // One more than asked for shows whether there is a next page.
  auto rows = database.catalogue().list(search, before, limit + 1);
  const bool has_next = rows.size() > static_cast<std::size_t>(limit);
  if (has_next) rows.resize(static_cast<std::size_t>(limit));
  Json body{{"songs", Json::array()},
            {"nextBefore", nullptr},
            {"index", to_json(database.catalogue_reader().status())}};
  for (const auto& row : rows) body["songs"].push_back(http::to_json(row.id, row.song, row.facts));
  if (has_next) body["nextBefore"] = rows.back().id;
  return json_response(body);
}

Response answer_song(const Call& call, JobsDatabase& database) {
  const auto row = database.catalogue().find(id_in(call));
  return row ? json_response(http::to_json(row->id, row->song, row->facts)) : no_such_song();
}

Response remove_song(const Call& call, JobsDatabase& database) {
  const auto id = id_in(call);
  return database.catalogue().remove(id) ? json_response({{"id", id}}) : no_such_song();
}

Response add_song(const Call& call, JobsDatabase& database) {
  require_json(call.request);
  if (call.request.body.size() > kMostBodyBytes)
    throw BadRequest("the body must be at most " + std::to_string(kMostBodyBytes) + " bytes", 413);
  const auto job_id = required_text_in(read_object(call.request.body), "jobId", kMostJobIdBytes);
  const auto marked = database.catalogue().add_job(database.table(), job_id);
  switch (marked.outcome) {
    case catalogue::Marked::kNoJob:
      return error_response(404, "there is no such job");
    case catalogue::Marked::kNotCompleted:
      return error_response(409, "the job is not completed");
    case catalogue::Marked::kNoMeasurements:
      return error_response(410, kNoMeasurements);
    case catalogue::Marked::kRefused:
      throw BadRequest(marked.problem, 422);
    case catalogue::Marked::kAdded:
      break;
  }
  return json_response({{"id", marked.id}, {"jobId", job_id}}, 201);
}

}  // namespace aura::http
