#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aura/postgres/connection.h"

namespace aura::catalogue {

/// The id of a row of aura.catalogue.
using RowId = std::int64_t;

/// A row as an index knows it.
struct Entry {
  RowId id = 0;
  std::vector<float> vector;  ///< placed in the index's space; see analysis::Space::place()
  std::string genre;          ///< empty: unknown
  std::optional<double> tempo_bpm;
};

/// Which rows may be found. Without values: all.
struct Filter {
  std::optional<std::string> genre;  ///< compared without case and accents; see normalised()
  // Inclusive. With one of them, rows without a tempo are not found.
  std::optional<double> min_tempo_bpm;
  std::optional<double> max_tempo_bpm;
};

struct Candidate {
  RowId id = 0;
  double distance = 0;  ///< may be rounded: the order of candidates, not their similarity

  bool operator==(const Candidate&) const = default;
};

/// Finds the nearest vectors. Nothing else knows the engine, and each engine learns of rows in its
/// own way. All vectors lie in one space, which the owner of the index knows. Thread-safe.
class NeighbourIndex {
 public:
  virtual ~NeighbourIndex() = default;
  NeighbourIndex(const NeighbourIndex&) = delete;
  NeighbourIndex& operator=(const NeighbourIndex&) = delete;

  /// Returns the `count` rows nearest to `placed` that `filter` lets pass, the nearest first; fewer
  /// if there are no more. An engine in the database asks over `connection`: call from the thread
  /// that owns it. Throws std::invalid_argument if `placed` has another size than the space,
  /// DatabaseLost and DatabaseError.
  virtual std::vector<Candidate> nearest(postgres::Connection& connection,
                                         std::span<const float> placed, std::size_t count,
                                         const Filter& filter) const = 0;
  /// Returns how many rows it holds, or held when it was last counted.
  virtual std::size_t size() const = 0;

 protected:
  NeighbourIndex() = default;
};

}  // namespace aura::catalogue
