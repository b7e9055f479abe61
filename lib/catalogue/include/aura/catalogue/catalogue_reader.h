#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

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
  std::int64_t rows = 0;   ///< that a search can find
  std::int64_t stale = 0;  ///< rows left out: their vectors are of another version. See remeasure
  std::size_t bytes = 0;   ///< of the resident index
  int space_id = 0;        ///< 0: the shipped space. With pgvector always 0
  std::string problem;     ///< of kUnavailable: what is missing and what to do, one line
};

/// An index and its space. Each is immutable or thread-safe.
struct SearchView {
  std::shared_ptr<const analysis::Space> space;
  std::shared_ptr<const NeighbourIndex> index;
};

/// Keeps a ResidentIndex as the catalogue in the database is, or knows the table that pgvector
/// searches.
///
/// One thread calls refresh(): at first, after each notification of kCatalogueChannel, and every
/// kInterval. Other threads call the rest, which is thread-safe. No thread of its own.
class CatalogueReader {
 public:
  static constexpr std::chrono::seconds kInterval{60};
  /// How long a transaction may take from its change to its commit, and still be noticed.
  static constexpr std::chrono::minutes kOverlap{10};

  /// `shipped` is the space until the operator makes one. Its kind and version are those of the
  /// vectors in use. The index takes at most `max_bytes`; while a new space is loaded, both indexes
  /// exist. With pgvector the space is that of its table, and `max_bytes` is of no account.
  CatalogueReader(analysis::Space shipped, std::size_t max_bytes,
                  IndexEngine engine = IndexEngine::kResident);
  ~CatalogueReader();
  CatalogueReader(const CatalogueReader&) = delete;
  CatalogueReader& operator=(const CatalogueReader&) = delete;

  /// What refresh() reads again.
  enum class Scope {
    kRecent,  ///< after a notification: changes since the last call, and of some seconds before
    kFull,    ///< every kInterval: also kOverlap before. Counts stale rows
  };
  /// Brings the index up to date; the first call loads it. Throws DatabaseLost and DatabaseError;
  /// then the index stays as it was and the next call tries again. Throws Stopped if `stop` is
  /// requested.
  void refresh(postgres::Connection& connection, Scope scope, const std::stop_token& stop = {});

  ReaderStatus status() const;
  /// Returns what to search in; nothing unless the state is kReady.
  std::optional<SearchView> view() const;
  /// Returns the space of view(); without a view the shipped one.
  std::shared_ptr<const analysis::Space> space() const;
  /// Blocks while the state is kLoading, for at most `at_most` and until `stop` is requested.
  /// Returns the state.
  IndexState wait_while_loading(std::chrono::milliseconds at_most, const std::stop_token& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::catalogue
