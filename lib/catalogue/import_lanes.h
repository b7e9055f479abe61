#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "aura/analysis/measurements.h"
#include "aura/analysis/space.h"
#include "aura/base/mutex.h"
#include "aura/base/sha256.h"
#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/measurement_store.h"
#include "aura/postgres/connection.h"

namespace aura::catalogue {

/// A row of the catalogue with all vectors that it is to have.
struct MeasuredRow {
  CatalogueRow row;
  std::vector<RawVector> vectors;
  std::vector<std::uint32_t> fingerprint;  ///< empty: unknown
};

/// A database connection that some threads share. Thread-safe.
class ImportLane {
 public:
  /// Rows are to have vectors of the spaces `wanted`. The caller keeps them alive.
  ImportLane(const postgres::DatabaseUrl& database, std::span<const analysis::Space> wanted);

  /// Returns the row with this content, if it has all wanted vectors.
  std::optional<MeasuredRow> find(const Sha256& content);
  /// Returns the parts that the store has of a content: none unless `uses_store`. The fingerprint
  /// is wanted, and pictures count as known.
  StoredParts find_stored(const Sha256& content, bool uses_store);
  /// Stores the parts of `measured` that `stored` lacks.
  void store(const StoredParts& stored, const analysis::Measurements& measured);
  void add(const NewRow& row);
  /// Returns the content of each URL that is the origin of a row with all wanted vectors.
  std::unordered_map<std::string, Sha256> list_origins();

 private:
  const std::span<const analysis::Space> wanted_;
  Mutex mutex_;
  postgres::Connection connection_ AURA_GUARDED_BY(mutex_);
  Catalogue catalogue_ AURA_GUARDED_BY(mutex_);
  MeasurementStore store_ AURA_GUARDED_BY(mutex_);
};

/// Connections for `threads` threads.
class ImportLanes {
 public:
  /// As ImportLane.
  ImportLanes(const postgres::DatabaseUrl& database, std::span<const analysis::Space> wanted,
              std::size_t threads);

  /// Returns the lane for the song or row `index`.
  ImportLane& of(std::size_t index) { return *lanes_[index % lanes_.size()]; }

 private:
  std::vector<std::unique_ptr<ImportLane>> lanes_;
};

}  // namespace aura::catalogue
