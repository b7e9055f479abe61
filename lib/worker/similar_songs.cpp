#include "similar_songs.h"

#include <exception>
#include <string>
#include <utility>

#include "aura/analysis/fingerprint.h"
#include "aura/base/error.h"
#include "aura/catalogue/measured_row.h"
#include "aura/catalogue/similar.h"

namespace aura::worker {
namespace {

using catalogue::IndexState;

analysis::SimilarHit to_hit(catalogue::SimilarHit&& found) {
  return {.song = std::move(found.song.song),
          .artist = std::move(found.song.artist),
          .year = found.song.year,
          .similarity = found.similarity,
          .spotify_url = std::move(found.song.spotify_url),
          .image_url = std::move(found.song.image_url),
          .tempo_bpm = found.facts.tempo_bpm,
          .key = std::move(found.facts.key),
          .loudness_lufs = found.facts.loudness_lufs};
}

}  // namespace

SimilarSongs::SimilarSongs(const WorkerSettings& settings, catalogue::CatalogueReader& reader,
                           Databases& databases, metrics::Instruments& instruments, const Log& log)
    : settings_(settings),
      reader_(reader),
      databases_(databases),
      instruments_(instruments),
      outage_(log) {}

SimilarSongs::Found SimilarSongs::find(const analysis::Measurements& measured,
                                       std::vector<Sha256> contents, const queue::Job& job,
                                       const std::stop_token& stop) {
  const auto state = reader_.wait_while_loading(kPatience, stop);
  if (stop.stop_requested()) throw Stopped{};
  if (state == IndexState::kLoading)
    return {{}, "the catalogue was still being loaded: no similar hits were looked for"};
  if (state == IndexState::kUnreadable)
    return {{}, "the catalogue could not be read: no similar hits were looked for"};
  if (state == IndexState::kTooLarge)
    return {{}, "the catalogue is too large for this worker: no similar hits were looked for"};
  if (state == IndexState::kUnavailable)
    return {{},
            "the catalogue could not be searched with pgvector: no similar hits were looked for"};
  const auto view = reader_.view();
  if (!view) return {};
  catalogue::SimilarQuery query{.vectors = catalogue::vectors_of(measured),
                                .contents = std::move(contents),
                                .fingerprint = measured.fingerprint.items,
                                .title = job.title,
                                .artist = job.artist,
                                .same_artist = settings_.catalogue.same_artist,
                                .floor = settings_.catalogue.similar_floor,
                                .filter = {}};
  if (catalogue::find_vector(query.vectors, *view->space) == nullptr)
    return {{},
            std::string(catalogue::kMeasuredWithoutModel) + ": no similar hits were looked for"};
  const auto database = databases_.take(stop);
  try {
    Found found;
    for (auto& hit : find_similar(*view, database->connection, query, analysis::is_same_recording))
      found.hits.push_back(to_hit(std::move(hit)));
    const Lock lock(mutex_);
    outage_.over();
    return found;
  } catch (const std::exception& error) {
    instruments_.count_catalogue_failure();
    const Lock lock(mutex_);
    outage_.failed("similar hits can't be looked for: jobs complete without", error.what());
    return {{}, "similar hits could not be looked for"};
  }
}

bool SimilarSongs::needs_fingerprints() const {
  return reader_.status().state == IndexState::kReady;
}

}  // namespace aura::worker
