#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "aura/catalogue/neighbour_index.h"

namespace aura::catalogue {

/// A table of placed vectors in the database, searched by the extension pgvector: exactly, or with
/// an HNSW index nearly so. A trigger keeps the table: see pgvector.h. Immutable, so thread-safe.
class PgvectorIndex final : public NeighbourIndex {
 public:
  /// The table `table` (its name in schema aura) holds vectors of `size` components, and held
  /// `rows`. The extension lies in `schema`, quoted as SQL wants it.
  PgvectorIndex(std::string schema, std::string table, int size, std::size_t rows);

  /// Takes a round trip; two if the filter has a genre; one more if the HNSW index gives fewer rows
  /// than there may be, and all are read.
  std::vector<Candidate> nearest(postgres::Connection& connection, std::span<const float> placed,
                                 std::size_t count, const Filter& filter) const override;
  std::size_t size() const override { return rows_; }

 private:
  std::string schema_;
  std::string table_;
  std::size_t size_;
  std::size_t rows_;
};

}  // namespace aura::catalogue
