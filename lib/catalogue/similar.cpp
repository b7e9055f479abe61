#include "aura/catalogue/similar.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <stdexcept>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "aura/postgres/session.h"
#include "rows.h"
#include "sql_files.h"

namespace aura::catalogue {
namespace {

/// A job waits, which can do without hits.
constexpr std::chrono::seconds kPatience{5};
/// How many times as many candidates a second look takes.
constexpr std::size_t kWider = 10;
/// Among so many hits, each artist has one.
constexpr std::size_t kHitsPerArtist = 10;

struct Ranked {
  double similarity;
  double distance;
  CandidateRow row;
  std::string artist;  // normalised
  std::string title;
};

/// What came of the filters.
struct Choice {
  std::vector<SimilarHit> hits;
  bool all_reach_floor = false;
};

/// Returns the vector of the track that lies in `space`.
const std::vector<float>& raw_for(const SimilarQuery& query, const analysis::Space& space) {
  const auto* const vector = find_vector(query.vectors, space);
  if (vector == nullptr) throw std::invalid_argument("a query has no vector of its space");
  return vector->values;
}

double three_decimals(double value) {
  return std::round(value * 1000) / 1000;
}

/// Returns the candidates, the most similar first. At equal similarity, which rounds to 1 for the
/// nearest, the distance decides, then the id: the order is always the same.
std::vector<Ranked> rank(const analysis::Space& space, const SimilarQuery& query,
                         std::vector<CandidateRow> candidates) {
  const auto placed = space.place(raw_for(query, space));
  const auto crowd = space.crowd(placed);
  std::vector<Ranked> ranked;
  ranked.reserve(candidates.size());
  for (auto& row : candidates) {
    const auto other = space.place(row.vector);
    const double distance = analysis::distance(placed, other);
    const double similarity = analysis::Space::similarity(distance, crowd, space.crowd(other));
    auto artist = normalised(row.song.artist);
    auto title = normalised(row.song.song);
    ranked.push_back({similarity, distance, std::move(row), std::move(artist), std::move(title)});
  }
  std::ranges::sort(ranked, [](const Ranked& a, const Ranked& b) {
    return std::tuple(-a.similarity, a.distance, a.row.id) <
           std::tuple(-b.similarity, b.distance, b.row.id);
  });
  return ranked;
}

void omit_same_recording(std::vector<Ranked>& ranked, const SimilarQuery& query,
                         const SameRecording& is_same, const ReadFingerprints& read) {
  std::erase_if(ranked, [&](const Ranked& each) {
    return std::ranges::find(query.contents, each.row.content) != query.contents.end();
  });
  if (!is_same || !read || query.fingerprint.empty() || ranked.empty()) return;
  std::vector<RowId> ids;
  for (std::size_t i = 0; i < std::min(ranked.size(), kFingerprintsRead); ++i)
    ids.push_back(ranked[i].row.id);
  const auto fingerprints = read(ids);
  std::vector<RowId> same;
  for (std::size_t i = 0; i < std::min(ids.size(), fingerprints.size()); ++i) {
    if (!fingerprints[i].empty() && is_same(query.fingerprint, fingerprints[i]))
      same.push_back(ids[i]);
  }
  std::erase_if(ranked, [&](const Ranked& each) {
    return std::ranges::find(same, each.row.id) != same.end();
  });
}

void omit_own_songs(std::vector<Ranked>& ranked, const SimilarQuery& query) {
  const auto artist = normalised(query.artist);
  const auto title = normalised(query.title);
  if (artist.empty()) return;
  std::erase_if(ranked, [&](const Ranked& each) {
    if (each.artist != artist) return false;
    return !query.same_artist || (!title.empty() && each.title == title);
  });
}

/// Omits further songs of an artist: the most similar stay.
void omit_repeated_artists(std::vector<Ranked>& ranked, std::size_t count) {
  const auto most = (count + kHitsPerArtist - 1) / kHitsPerArtist;
  std::map<std::string, std::vector<std::string>> titles_of;
  std::erase_if(ranked, [&](const Ranked& each) {
    auto& titles = titles_of[each.artist];
    if (titles.size() >= most || std::ranges::find(titles, each.title) != titles.end()) return true;
    titles.push_back(each.title);
    return false;
  });
}

Choice choose(const analysis::Space& space, const SimilarQuery& query,
              std::vector<CandidateRow> candidates, const SameRecording& is_same,
              const ReadFingerprints& read_fingerprints) {
  auto ranked = rank(space, query, std::move(candidates));
  const auto reaches_floor = [&](const Ranked& each) {
    return three_decimals(each.similarity) >= query.floor;
  };
  Choice choice{.hits = {}, .all_reach_floor = std::ranges::all_of(ranked, reaches_floor)};
  omit_same_recording(ranked, query, is_same, read_fingerprints);
  omit_own_songs(ranked, query);
  omit_repeated_artists(ranked, query.count);
  std::erase_if(ranked, [&](const Ranked& each) { return !reaches_floor(each); });
  if (ranked.size() > query.count) ranked.resize(query.count);
  for (auto& each : ranked) {
    choice.hits.push_back({.id = each.row.id,
                           .song = std::move(each.row.song),
                           .facts = std::move(each.row.facts),
                           .similarity = three_decimals(each.similarity)});
  }
  return choice;
}

std::vector<CandidateRow> read_candidates(postgres::Connection& connection,
                                          const analysis::Space& space,
                                          const std::vector<Candidate>& candidates) {
  std::vector<RowId> ids;
  ids.reserve(candidates.size());
  for (const auto& candidate : candidates) ids.push_back(candidate.id);
  std::vector<CandidateRow> rows;
  if (ids.empty()) return rows;
  for (const auto& row :
       connection.session().execute_within(kPatience, sql::kReadCandidates, space.kind(),
                                           space.version(), postgres::array_literal(ids))) {
    auto vector = numbers_of<float>(row["vector"].text());
    if (static_cast<int>(vector.size()) != space.size()) continue;
    rows.push_back({.id = row["id"].as<RowId>(),
                    .content = sha256_of(row["content"].text()),
                    .song = song_of(row),
                    .facts = facts_of(row),
                    .vector = std::move(vector)});
  }
  return rows;
}

std::vector<Fingerprint> read_fingerprints(postgres::Connection& connection,
                                           std::span<const RowId> ids) {
  std::unordered_map<RowId, Fingerprint> read;
  for (const auto& row : connection.session().execute_within(kPatience, sql::kReadFingerprints,
                                                             postgres::array_literal(ids)))
    read[row["id"].as<RowId>()] = numbers_of<std::uint32_t>(row["fingerprint"].text());
  std::vector<Fingerprint> fingerprints;
  fingerprints.reserve(ids.size());
  for (const auto id : ids) fingerprints.push_back(std::move(read[id]));
  return fingerprints;
}

}  // namespace

std::vector<SimilarHit> choose_hits(const analysis::Space& space, const SimilarQuery& query,
                                    std::vector<CandidateRow> candidates,
                                    const SameRecording& is_same,
                                    const ReadFingerprints& read_fingerprints) {
  if (is_of_silence(query.vectors)) return {};
  return choose(space, query, std::move(candidates), is_same, read_fingerprints).hits;
}

std::vector<SimilarHit> find_similar(const SearchView& view, postgres::Connection& connection,
                                     const SimilarQuery& query, const SameRecording& is_same) {
  if (is_of_silence(query.vectors)) return {};
  const auto read = [&connection](std::span<const RowId> ids) {
    return read_fingerprints(connection, ids);
  };
  const auto placed = view.space->place(raw_for(query, *view.space));
  const auto look_among = [&](std::size_t count) {
    const auto candidates = view.index->nearest(connection, placed, count, query.filter);
    auto choice = choose(*view.space, query, read_candidates(connection, *view.space, candidates),
                         is_same, read);
    choice.all_reach_floor = choice.all_reach_floor && candidates.size() == count;
    return choice;
  };
  auto choice = look_among(kCandidates);
  if (choice.hits.size() < query.count && choice.all_reach_floor)
    choice = look_among(kCandidates * kWider);
  return std::move(choice.hits);
}

}  // namespace aura::catalogue
