#include "similar_folder.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <optional>
#include <utility>

#include "aura/analysis/fingerprint.h"
#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/catalogue/measured_row.h"
#include "cache_options.h"
#include "each_file.h"
#include "input_analyzer.h"
#include "progress.h"
#include "tag_song.h"

namespace aura::app {
namespace {

struct Track {
  std::string path;
  catalogue::NewRow row;
};

/// Measures the files of a folder. Not thread-safe.
class Folder {
 public:
  Folder(AudioReader& reader, analysis::MeasurementCache* cache) : reader_(reader), cache_(cache) {}

  std::vector<Track> measure(const std::vector<std::string>& files, int threads) {
    Progress progress("files", files.size());
    std::vector<std::optional<Track>> measured(files.size());
    std::vector<std::string> problems(files.size());
    for_each_file(files.size(), static_cast<std::size_t>(threads), progress,
                  {.work =
                       [&](std::size_t place, const std::stop_token& stop) {
                         problems[place] = measure_into(measured[place], files[place], stop);
                       },
                   .show =
                       [&](std::size_t place) {
                         if (!problems[place].empty()) progress.say(problems[place]);
                       }});
    if (is_unwritable_) progress.say(unwritable_cache_line("the search continues"));
    std::vector<Track> tracks;
    for (auto& track : measured)
      if (track) tracks.push_back(std::move(*track));
    return tracks;
  }

 private:
  /// Returns why the file can't be measured, one line; empty if it was.
  std::string measure_into(std::optional<Track>& track, const std::string& path,
                           const std::stop_token& stop) try {
    const auto file = reader_.open(path, stop);
    const auto measured = reader_.measure_once(file, cache_, {}, stop, true);
    if (measured.is_unwritable) is_unwritable_ = true;
    track =
        Track{.path = path,
              .row = make_row(measured.content, song_of(reader_.decoder().read_tags(file, stop)),
                              measured.measurements)};
    return {};
  } catch (const audio::DecoderLost&) {
    throw;
  } catch (const JobError& error) {
    return failure_line(path, error);
  } catch (const std::bad_alloc&) {
    return "aura: " + one_line(path) + ": not enough memory for this track: free some";
  }

  AudioReader& reader_;
  analysis::MeasurementCache* cache_;
  std::atomic<bool> is_unwritable_ = false;
};

bool passes(const Track& track, const catalogue::Filter& filter) {
  const auto& tempo = track.row.facts.tempo_bpm;
  if (filter.genre && catalogue::normalised(track.row.song.genre.value_or("")) !=
                          catalogue::normalised(*filter.genre))
    return false;
  if (filter.min_tempo_bpm && !(tempo && *tempo >= *filter.min_tempo_bpm)) return false;
  return !filter.max_tempo_bpm || (tempo && *tempo <= *filter.max_tempo_bpm);
}

/// Returns the first of `spaces` of which the query and all tracks have a vector. Every measured
/// track has one of the last, Timbre.
const analysis::Space& space_of_all(std::span<const analysis::Space> spaces,
                                    const catalogue::SimilarQuery& query,
                                    const std::vector<Track>& tracks) {
  const auto found = std::ranges::find_if(spaces, [&](const analysis::Space& space) {
    return find_vector(query.vectors, space) != nullptr &&
           std::ranges::all_of(tracks, [&](const Track& track) {
             return find_vector(track.row.vectors, space) != nullptr;
           });
  });
  return found == spaces.end() ? spaces.back() : *found;
}

/// Returns the nearest tracks as candidates, whose ids are places in `tracks`. Each has an artist
/// and a title of its own: whoever looks in a folder wants every file of it.
std::vector<catalogue::CandidateRow> nearest(const std::vector<Track>& tracks,
                                             const analysis::Space& space,
                                             const catalogue::SimilarQuery& query) {
  const auto placed = space.place(find_vector(query.vectors, space)->values);
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    if (!passes(tracks[i], query.filter)) continue;
    const auto other = space.place(find_vector(tracks[i].row.vectors, space)->values);
    order.emplace_back(analysis::distance(placed, other), i);
  }
  std::ranges::sort(order);
  if (order.size() > catalogue::kCandidates) order.resize(catalogue::kCandidates);
  std::vector<catalogue::CandidateRow> candidates;
  for (const auto& [distance, place] : order) {
    const auto& row = tracks[place].row;
    catalogue::CandidateRow candidate{.id = static_cast<catalogue::RowId>(place),
                                      .content = row.content,
                                      .song = {},
                                      .facts = row.facts,
                                      .vector = find_vector(row.vectors, space)->values};
    candidate.song.song = candidate.song.artist = std::to_string(place);
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

}  // namespace

std::vector<FolderHit> find_similar_among(const std::vector<std::string>& files,
                                          std::span<const analysis::Space> spaces,
                                          const catalogue::SimilarQuery& query, AudioReader& reader,
                                          analysis::MeasurementCache* cache, int threads) {
  auto tracks = Folder(reader, cache).measure(files, threads);
  const auto& space = space_of_all(spaces, query, tracks);
  const auto read = [&](std::span<const catalogue::RowId> ids) {
    std::vector<catalogue::Fingerprint> fingerprints;
    for (const auto id : ids)
      fingerprints.push_back(tracks[static_cast<std::size_t>(id)].row.fingerprint);
    return fingerprints;
  };
  auto by_sound = query;
  by_sound.artist.clear();
  by_sound.title.clear();
  std::vector<FolderHit> hits;
  for (auto& hit : choose_hits(space, by_sound, nearest(tracks, space, query),
                               analysis::is_same_recording, read)) {
    auto& track = tracks[static_cast<std::size_t>(hit.id)];
    hit.song = std::move(track.row.song);
    hits.push_back({.path = std::move(track.path), .hit = std::move(hit)});
  }
  return hits;
}

}  // namespace aura::app
