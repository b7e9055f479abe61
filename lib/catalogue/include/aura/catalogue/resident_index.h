#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "aura/base/mutex.h"
#include "aura/catalogue/neighbour_index.h"

namespace aura::catalogue {

/// All vectors in memory, one byte a component, searched row by row: exact up to the rounding of a
/// component to 1/32 deviation.
///
/// Thread-safe. The rows lie in blocks that never change. A search reads the blocks that it began
/// with, while a writer replaces those that it touches and publishes all at once. So no search
/// waits for a writer, and each sees the rows of one moment. Writers wait for each other.
class ResidentIndex final : public NeighbourIndex {
 public:
  /// Holds vectors of `size` components, in at most `max_bytes` (CATALOGUE_MAX_MB). Searches that
  /// run during a write keep the blocks that it replaces a little longer, beyond `max_bytes`.
  ResidentIndex(int size, std::size_t max_bytes);
  ~ResidentIndex() override;

  /// Adds rows, and replaces rows with the same id. If the rows would take more than `max_bytes`,
  /// drops all, and is_too_large() from then on. Throws std::invalid_argument if a vector has
  /// another size than the space.
  void add(std::span<const Entry> entries);
  /// Removes the rows with these ids, if they are there.
  void remove(std::span<const RowId> ids);
  /// As NeighbourIndex::nearest(). Needs no database.
  std::vector<Candidate> nearest(std::span<const float> placed, std::size_t count,
                                 const Filter& filter) const;
  std::vector<Candidate> nearest(postgres::Connection& /*connection*/,
                                 std::span<const float> placed, std::size_t count,
                                 const Filter& filter) const override {
    return nearest(placed, count, filter);
  }
  std::size_t size() const override;

  /// Returns whether rows did not fit. Then the index holds nothing and takes nothing.
  bool is_too_large() const;
  /// Returns how many bytes the rows take.
  std::size_t bytes() const;
  /// Returns how many bytes a row of `size` components takes.
  static std::size_t bytes_of_row(int size) noexcept;

 private:
  struct Block;
  struct Rows;
  class Writer;

  std::shared_ptr<const Rows> rows() const;
  /// Returns `rows`, counted, or none if they take too much.
  std::shared_ptr<const Rows> finish(std::shared_ptr<Rows> rows) const;
  std::size_t bytes_of(const Rows& rows) const noexcept;
  void publish(std::shared_ptr<const Rows> rows);

  const int size_;
  const std::size_t max_bytes_;
  Mutex writing_;        // held by a writer from reading to publishing
  mutable Mutex mutex_;  // held for a moment
  std::shared_ptr<const Rows> rows_ AURA_GUARDED_BY(mutex_);
};

}  // namespace aura::catalogue
