#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aura/analysis/measurements.h"
#include "aura/analysis/space.h"
#include "aura/base/sha256.h"
#include "aura/catalogue/neighbour_index.h"
#include "aura/catalogue/song.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::catalogue {

/// The channel that Catalogue notifies, in the transaction of each change.
inline constexpr const char* kCatalogueChannel = "aura_catalogue";

/// A raw vector, as measured. Vectors of different kinds or versions are never compared.
struct RawVector {
  std::string kind;  ///< "timbre", "embedding"
  int version = 0;   ///< of the measuring; see analysis::version_of(), analysis::Projection
  std::vector<float> values;

  bool operator==(const RawVector&) const = default;
};

/// A row to be added.
struct NewRow {
  Sha256 content{};  ///< the file's SHA-256; of a job: what the store knows its content by
  Song song;
  SongFacts facts;
  std::vector<RawVector> vectors;          ///< one or more, each of another kind
  std::vector<std::uint32_t> fingerprint;  ///< of Chromaprint; empty: unknown
};

/// Returns the vector of the kind, version and size of `like`; null if `vectors` has none.
/// Thread-safe.
const RawVector* find_vector(std::span<const RawVector> vectors,
                             const analysis::Space& like) noexcept;

/// The kind of vectors that all songs are compared by. See Catalogue::kind_in_use().
struct KindInUse {
  std::size_t place = 0;     ///< of its space in the list
  std::int64_t rows = 0;     ///< that the catalogue has
  std::int64_t stale = 0;    ///< rows without such a vector: they can't be found
  std::int64_t lacking = 0;  ///< rows without a vector of the preferred kind, if another is in use
};

/// A row of the catalogue.
struct CatalogueRow {
  RowId id = 0;
  Sha256 content{};
  Song song;
  SongFacts facts;
};

struct GenreCount {
  std::string genre;  ///< empty: rows without a genre
  std::int64_t rows = 0;
};
struct VersionCount {
  std::string kind;
  int version = 0;
  std::int64_t rows = 0;
};
/// What the catalogue holds.
struct CatalogueStats {
  std::int64_t rows = 0;
  std::vector<GenreCount> genres;      ///< the most frequent first, at most 100
  std::vector<VersionCount> versions;  ///< of vectors, by kind and version
  std::int64_t fingerprints = 0;
};

/// A space of the operator's own, which replaces the shipped one.
struct StoredSpace {
  int id = 0;  ///< grows with each new space
  analysis::Space space;
  std::int64_t rows = 0;  ///< how many rows it was made from
};

/// What came of marking a job.
enum class Marked {
  kAdded,
  kNoJob,           ///< no job has this jobId
  kNotCompleted,    ///< the job is not completed
  kNoMeasurements,  ///< what was measured of its file is not stored (any more): analyse it again
  kRefused,  ///< its title or artist is not acceptable, or it is silent: see MarkResult::problem
};
struct MarkResult {
  Marked outcome = Marked::kNoJob;
  RowId id = 0;         ///< with kAdded
  std::string problem;  ///< with kRefused: as problem_of()
};

/// Returns what is shown of a song that was measured. Thread-safe.
SongFacts facts_of(const analysis::Core& core, const analysis::Rhythm& rhythm,
                   const analysis::Tonal& tonal);

/// The operator's songs in the database (aura.catalogue and its tables). Each change is one
/// transaction, which notifies kCatalogueChannel.
///
/// Each function may throw DatabaseLost and DatabaseError. Not thread-safe: each thread has a
/// connection and a catalogue of its own.
class Catalogue {
 public:
  /// The caller keeps `connection` alive and does not move it.
  explicit Catalogue(postgres::Connection& connection) : connection_(connection) {}

  /// Returns whether the tables exist. A schema of an older release has none.
  bool exists();

  /// Adds rows in one transaction: at most kBatch. A row whose content the catalogue has replaces
  /// what is known of it, and brings a removed row back; chart entries are added to those known.
  /// Keeps the version before of each vector, and vectors of other kinds. Returns the ids, in the
  /// order of `rows`. Throws std::invalid_argument if problem_of() refuses a song, a row has no
  /// vectors or two of one kind, a vector is empty or not finite, or two rows have one content.
  std::vector<RowId> add(std::span<const NewRow> rows);
  static constexpr std::size_t kBatch = 500;

  /// Adds the completed job `job_id` (a jobId) with what is stored of its file: its parts in their
  /// versions of today, whatever libavcodec decoded the file, and the vectors_of() them. Never call
  /// it without an operator's request.
  MarkResult add_job(const queue::QueueTable& table, const std::string& job_id);

  /// Removes the row `id`. Returns whether it was there. The row itself stays until
  /// prune_removed(), so that all replicas notice; its vectors and fingerprint go at once.
  bool remove(RowId id);

  std::optional<CatalogueRow> find(RowId id);
  std::optional<CatalogueRow> find(const Sha256& content);

  /// Returns up to `limit` rows, the newest first: rows whose song or artist contains `search`
  /// (without case; empty: all) with ids below `before` (0: from the newest).
  std::vector<CatalogueRow> list(const std::string& search, RowId before, int limit);
  /// Returns up to `limit` rows with ids above `after`, in order: for exports.
  std::vector<CatalogueRow> read_rows(RowId after, int limit);

  // The functions below take the kind, the version and the size of vectors from spaces: `like`.

  /// As read_rows(), of the rows that lack a vector of one of these spaces.
  std::vector<CatalogueRow> read_stale_rows(std::span<const analysis::Space> like, RowId after,
                                            int limit);

  /// Returns which of these spaces, the preferred first, songs are compared in: the first whose
  /// vector every row has, if there are rows; otherwise the last.
  KindInUse kind_in_use(std::span<const analysis::Space> like);

  /// Returns up to `limit` raw vectors, chosen and ordered by content: at random, but always the
  /// same.
  std::vector<std::vector<float>> sample_vectors(const analysis::Space& like, int limit);

  /// Makes a space of up to kRowsOfSpace rows and puts it to use in all replicas. Throws
  /// ConfigError if there are fewer than analysis::Space::kLeastRows.
  StoredSpace tune(const analysis::Space& like);
  static constexpr int kRowsOfSpace = 20'000;
  /// Puts the shipped space to use again.
  void use_shipped_space(const analysis::Space& like);
  /// Returns the operator's space in use; nothing: the shipped one, or what is stored is damaged.
  std::optional<StoredSpace> current_space(const analysis::Space& like);

  CatalogueStats stats();

 private:
  postgres::Connection& connection_;
};

/// Deletes up to `limit` rows that were removed over 30 days ago, and spaces out of use. Returns
/// how many rows. Call it from upkeep. Throws as Catalogue. Call from the thread that owns
/// `connection`.
int prune_removed(postgres::Connection& connection, int limit);

}  // namespace aura::catalogue
