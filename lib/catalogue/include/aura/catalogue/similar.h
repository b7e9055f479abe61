#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aura/analysis/space.h"
#include "aura/base/sha256.h"
#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/catalogue/neighbour_index.h"
#include "aura/catalogue/song.h"
#include "aura/postgres/connection.h"

namespace aura::catalogue {

using Fingerprint = std::vector<std::uint32_t>;

/// What to find songs for, and how.
struct SimilarQuery {
  /// The track's, each of another kind: the search takes that of its space.
  std::vector<RawVector> vectors;
  std::vector<Sha256> contents;  ///< the track's SHA-256, and what the store knows it by
  Fingerprint fingerprint;       ///< empty: unknown
  std::string title;             ///< empty: unknown
  std::string artist;            ///< empty: unknown
  bool same_artist = false;      ///< SIMILAR_SAME_ARTIST: whether the track's artist may be found
  double floor = 0.4;            ///< SIMILAR_FLOOR: the least similarity
  std::size_t count = 10;        ///< at most so many hits
  Filter filter;
};

/// A song that sounds like the track.
struct SimilarHit {
  RowId id = 0;
  Song song;  ///< without charts and origin
  SongFacts facts;
  double similarity = 0;  ///< 0 to 1, three decimals; see analysis::Space::similarity()
};

/// What choose_hits() knows of a candidate.
struct CandidateRow {
  RowId id = 0;
  Sha256 content{};
  Song song;
  SongFacts facts;
  std::vector<float> vector;  ///< raw, of the space's kind and version
};

/// Returns whether two fingerprints are of one recording: analysis::is_same_recording().
using SameRecording =
    std::function<bool(std::span<const std::uint32_t>, std::span<const std::uint32_t>)>;

/// Returns the fingerprints of the rows with these ids, in their order; empty where unknown.
using ReadFingerprints = std::function<std::vector<Fingerprint>(std::span<const RowId>)>;

/// Why a query has no vector of the space: what a message says.
inline constexpr const char* kMeasuredWithoutModel =
    "the track was measured before the model was there: analyse it again";

/// So many nearest rows are ranked by mutual proximity.
inline constexpr std::size_t kCandidates = 100;
/// So many of the best candidates are compared by fingerprint.
inline constexpr std::size_t kFingerprintsRead = 10;

/// Ranks `candidates` by similarity and omits, in this order: the track's own recording (by
/// content, or by fingerprint among the best kFingerprintsRead), songs with its artist and title,
/// its artist unless query.same_artist, further songs of an artist (one per ten hits), those below
/// the floor. Returns the rest, the most similar first; nothing for a silent track. Compares no
/// fingerprints if `is_same` is empty. Throws std::invalid_argument if the query has no vector of
/// the space, and what `read_fingerprints` throws. Thread-safe if `is_same` and
/// `read_fingerprints` are.
std::vector<SimilarHit> choose_hits(const analysis::Space& space, const SimilarQuery& query,
                                    std::vector<CandidateRow> candidates,
                                    const SameRecording& is_same = {},
                                    const ReadFingerprints& read_fingerprints = {});

/// Finds the songs of the catalogue that sound like the track: candidates from the index, their
/// rows from the database, then choose_hits(). A song that was removed meanwhile is not found.
/// Takes a round trip, another for fingerprints, and another with pgvector. If kCandidates give
/// fewer than query.count hits though all reach the floor, because of an artist with many songs,
/// looks once among ten times as many. Throws as choose_hits(), DatabaseLost and DatabaseError.
/// Call from the thread that owns `connection`.
std::vector<SimilarHit> find_similar(const SearchView& view, postgres::Connection& connection,
                                     const SimilarQuery& query, const SameRecording& is_same = {});

/// How evenly a collection is found: for `aura catalogue stats`.
struct HubStats {
  double skew = 0;            ///< of how often a row is among the ten most similar of others
  double never_returned = 0;  ///< share of rows that no other row has among its ten
};

/// Measures the hubs among `rows`, raw vectors. Takes time by the square: 2,000 rows take about a
/// second. Throws as Space::place(). Thread-safe.
HubStats measure_hubs(const analysis::Space& space, std::span<const std::vector<float>> rows);

}  // namespace aura::catalogue
