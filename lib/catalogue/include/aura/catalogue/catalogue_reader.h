#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aura/analysis/space.h"
#include "aura/catalogue/neighbour_index.h"
#include "aura/catalogue/settings.h"
#include "aura/postgres/connection.h"

namespace aura::catalogue {

enum class IndexState {
  kLoading,     ///< not read yet
  kUnreadable,  ///< not read yet: the last try has failed
  kAbsent,      ///< the schema is of an older release: no tables
  kEmpty,       ///< no rows with vectors in use
  kReady,
  kTooLarge,     ///< the rows do not fit into CATALOGUE_MAX_MB: no search
  kUnavailable,  ///< the database is not prepared for pgvector: no search. See ReaderStatus
};

/// Returns "loading", "unreadable", "absent", "empty", "ready", "too large" or "unavailable".
/// Thread-safe.
std::string_view name_of(IndexState state) noexcept;

struct ReaderStatus {
  IndexState state = IndexState::kLoading;
  std::int64_t rows = 0;     ///< that a search can find
  std::int64_t stale = 0;    ///< rows left out: their vectors are of another version. See remeasure
  std::string kind;          ///< of the vectors in use, "timbre"; empty: not known yet
  std::string preferred;     ///< the kind that would be in use if all rows had it
  std::int64_t lacking = 0;  ///< rows without the preferred kind; 0 if it is in use
  std::size_t bytes = 0;     ///< of the resident index
  int space_id = 0;          ///< 0: the shipped space. With pgvector always 0
  std::string problem;       ///< of kUnavailable: what is missing and what to do, one line
};

/// An index and its space. Each is immutable or thread-safe.
struct SearchView {
  std::shared_ptr<const analysis::Space> space;
  std::shared_ptr<const NeighbourIndex> index;
};

/// Keeps a ResidentIndex as the catalogue in the database is, or knows the table that pgvector
/// searches.
///
/// Songs are compared by the first kind of vectors that every row has; see
/// Catalogue::kind_in_use(). A row without a vector of that kind lets refresh() go back to another
/// kind immediately; whether a better kind can be used is decided at each load and each refresh()
/// of Scope::kFull. While the index of another kind is loaded, searches go on in the old one.
///
/// One thread calls refresh(): at first, after each notification of kCatalogueChannel, and every
/// kInterval. Other threads call the rest, which is thread-safe. No thread of its own.
class CatalogueReader {
 public:
  static constexpr std::chrono::seconds kInterval{60};
  /// How long a transaction may take from its change to its commit, and still be noticed.
  static constexpr std::chrono::minutes kOverlap{10};

  /// `shipped` are the spaces until the operator makes others, the preferred first, at least one:
  /// their kinds and versions are those of the vectors that may be used. A process without a neural
  /// model omits the space of embeddings, because its tracks have none. The index takes at most
  /// `max_bytes`; while a new space is loaded, both indexes exist. With pgvector the last space
  /// alone is used, that of its table, and `max_bytes` is of no account.
  CatalogueReader(const std::vector<analysis::Space>& shipped, std::size_t max_bytes,
                  IndexEngine engine = IndexEngine::kResident);
  ~CatalogueReader();
  CatalogueReader(const CatalogueReader&) = delete;
  CatalogueReader& operator=(const CatalogueReader&) = delete;

  /// What refresh() reads again.
  enum class Scope {
    kRecent,  ///< after a notification: changes since the last call, and of some seconds before
    kFull,    ///< every kInterval: also kOverlap before. Counts stale rows, and chooses the kind
  };
  /// Brings the index up to date; the first call loads it. Throws DatabaseLost and DatabaseError;
  /// then the index stays as it was and the next call tries again. Throws Stopped if `stop` is
  /// requested.
  void refresh(postgres::Connection& connection, Scope scope, const std::stop_token& stop = {});

  ReaderStatus status() const;
  /// Returns what to search in; nothing unless the state is kReady.
  std::optional<SearchView> view() const;
  /// Returns the space of the last kind, Timbre: the operator's own, if refresh() has seen one. Two
  /// tracks can always be compared in it.
  std::shared_ptr<const analysis::Space> timbre_space() const;
  /// Blocks while the state is kLoading, for at most `at_most` and until `stop` is requested.
  /// Returns the state.
  IndexState wait_while_loading(std::chrono::milliseconds at_most, const std::stop_token& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::catalogue
