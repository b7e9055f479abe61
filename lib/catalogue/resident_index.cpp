#include "aura/catalogue/resident_index.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "aura/analysis/space.h"
#include "aura/catalogue/song.h"
#include "squared_distances.h"

namespace aura::catalogue {
namespace {

using analysis::Space;

/// A writer copies each block that it touches: 0.3 ms. A search visits each block: a million rows
/// have 250.
constexpr std::size_t kRowsOfBlock = 4096;
/// Blocks with fewer rows join their neighbour.
constexpr std::size_t kFewRows = kRowsOfBlock / 4;
/// How many rows are measured before they are looked at: their distances stay in the cache.
constexpr std::size_t kRowsOfStep = 256;
constexpr float kScale = 127 / Space::kClip;

/// What a genre takes beside its name: a node of the map.
constexpr std::size_t kBytesOfGenre = 96;
constexpr std::uint32_t kNoGenre = 0;
constexpr float kNoTempo = -1;

/// Rounds up to what the kernel takes.
std::size_t width_of(int size) {
  return (static_cast<std::size_t>(size) + kLanes - 1) / kLanes * kLanes;
}

void quantise(std::span<const float> placed, std::int8_t* bytes) {
  for (const float value : placed)
    *bytes++ = static_cast<std::int8_t>(
        std::lround(std::clamp(value, -Space::kClip, Space::kClip) * kScale));
}

}  // namespace

/// Rows in the order of their ids. Does not change once it is published.
struct ResidentIndex::Block {
  std::vector<RowId> ids;
  std::vector<std::int8_t> vectors;  // width bytes a row
  std::vector<std::uint32_t> genres;
  std::vector<float> tempi;

  std::size_t size() const noexcept { return ids.size(); }
  void append(const Block& from, std::size_t begin, std::size_t end, std::size_t width) {
    const auto copy = [&](auto& to, const auto& source, std::size_t step) {
      to.insert(to.end(), source.begin() + static_cast<std::ptrdiff_t>(begin * step),
                source.begin() + static_cast<std::ptrdiff_t>(end * step));
    };
    copy(ids, from.ids, 1);
    copy(vectors, from.vectors, width);
    copy(genres, from.genres, 1);
    copy(tempi, from.tempi, 1);
  }
  void reserve(std::size_t rows, std::size_t width) {
    ids.reserve(rows);
    vectors.reserve(rows * width);
    genres.reserve(rows);
    tempi.reserve(rows);
  }
};

/// What a search sees: blocks in the order of their ids, none empty.
struct ResidentIndex::Rows {
  std::vector<std::shared_ptr<const Block>> blocks;
  std::map<std::string, std::uint32_t, std::less<>> genres;  // normalised; from 1
  std::size_t size = 0;
  std::size_t bytes_of_genres = 0;
  bool is_too_large = false;
};

/// Merges sorted changes into the blocks of `rows`.
class ResidentIndex::Writer {
 public:
  /// A row to be put, or without an entry to be removed.
  struct Change {
    RowId id;
    const Entry* entry;
    std::uint32_t genre;
  };

  Writer(const Rows& rows, int size) : rows_(rows), width_(width_of(size)) {}

  /// Returns the blocks after `changes`, which are in the order of their ids, each id once.
  std::vector<std::shared_ptr<const Block>> merge(std::span<const Change> changes) {
    for (std::size_t i = 0; i < rows_.blocks.size(); ++i) {
      const auto& block = rows_.blocks[i];
      // A block also takes the ids between its own and the next block's; the first, all before.
      auto end = changes.end();
      if (i + 1 < rows_.blocks.size())
        end = std::ranges::lower_bound(changes, rows_.blocks[i + 1]->ids.front(), {}, &Change::id);
      const std::span here(changes.begin(), end);
      changes = changes.subspan(here.size());
      if (here.empty()) {
        flush_few(block->size());
        if (open_.size() == 0) {
          blocks_.push_back(block);
        } else {
          take(*block, 0, block->size());
        }
      } else {
        merge_block(*block, here);
      }
    }
    for (const auto& change : changes) put(change);
    close();
    return std::move(blocks_);
  }

 private:
  void merge_block(const Block& block, std::span<const Change> changes) {
    std::size_t row = 0;
    for (const auto& change : changes) {
      const auto at = static_cast<std::size_t>(
          std::lower_bound(block.ids.begin() + static_cast<std::ptrdiff_t>(row), block.ids.end(),
                           change.id) -
          block.ids.begin());
      take(block, row, at);
      row = at < block.size() && block.ids[at] == change.id ? at + 1 : at;
      put(change);
    }
    take(block, row, block.size());
  }

  void take(const Block& block, std::size_t begin, std::size_t end) {
    while (begin < end) {
      const auto count = std::min(end - begin, kRowsOfBlock - open_.size());
      open_.append(block, begin, begin + count, width_);
      begin += count;
      close_if_full();
    }
  }

  void put(const Change& change) {
    if (change.entry == nullptr) return;
    open_.ids.push_back(change.id);
    open_.vectors.resize(open_.vectors.size() + width_);
    quantise(change.entry->vector, open_.vectors.data() + open_.vectors.size() - width_);
    open_.genres.push_back(change.genre);
    open_.tempi.push_back(change.entry->tempo_bpm ? static_cast<float>(*change.entry->tempo_bpm)
                                                  : kNoTempo);
    close_if_full();
  }

  void close_if_full() {
    if (open_.size() == kRowsOfBlock) close();
  }

  /// Closes the open block unless it has few rows and `next` more fit.
  void flush_few(std::size_t next) {
    if (open_.size() >= kFewRows || open_.size() + next > kRowsOfBlock) close();
  }

  void close() {
    if (open_.size() == 0) return;
    auto block = std::make_shared<Block>();
    block->reserve(open_.size(), width_);  // exactly, because bytes() counts
    block->append(open_, 0, open_.size(), width_);
    blocks_.push_back(std::move(block));
    open_ = {};
  }

  const Rows& rows_;
  std::size_t width_;
  Block open_;
  std::vector<std::shared_ptr<const Block>> blocks_;
};

namespace {

/// The nearest so far. The farthest of them is the first of the heap.
class Nearest {
 public:
  explicit Nearest(std::size_t count) : count_(count) {}

  std::int32_t limit() const noexcept { return limit_; }
  void add(std::int32_t squared, RowId id) {
    if (heap_.size() == count_) {
      if (std::pair(squared, id) >= heap_.front()) return;
      std::ranges::pop_heap(heap_);
      heap_.back() = {squared, id};
    } else {
      heap_.emplace_back(squared, id);
    }
    std::ranges::push_heap(heap_);
    if (heap_.size() == count_) limit_ = heap_.front().first;
  }
  std::vector<Candidate> sorted() && {
    std::ranges::sort_heap(heap_);
    std::vector<Candidate> candidates;
    candidates.reserve(heap_.size());
    for (const auto& [squared, id] : heap_)
      candidates.push_back({id, std::sqrt(static_cast<double>(squared)) / kScale});
    return candidates;
  }

 private:
  std::size_t count_;
  std::int32_t limit_ = std::numeric_limits<std::int32_t>::max();
  std::vector<std::pair<std::int32_t, RowId>> heap_;  // equally near rows in the order of ids
};

/// A Filter, for the rows of one moment.
struct Sieve {
  std::optional<std::uint32_t> genre;
  bool has_tempo = false;
  float min_tempo = 0;
  float max_tempo = std::numeric_limits<float>::infinity();

  bool passes(std::uint32_t row_genre, float tempo) const noexcept {
    return (!genre || *genre == row_genre) &&
           (!has_tempo || (tempo >= min_tempo && tempo <= max_tempo));
  }
};

}  // namespace

ResidentIndex::ResidentIndex(int size, std::size_t max_bytes)
    : size_(size), max_bytes_(max_bytes), rows_(std::make_shared<const Rows>()) {
  if (size < 1 || size > Space::kMaxSize) throw std::invalid_argument("an index has a wrong size");
}

ResidentIndex::~ResidentIndex() = default;

std::size_t ResidentIndex::bytes_of_row(int size) noexcept {
  return width_of(size) + sizeof(RowId) + sizeof(std::uint32_t) + sizeof(float);
}

std::shared_ptr<const ResidentIndex::Rows> ResidentIndex::rows() const {
  const Lock lock(mutex_);
  return rows_;
}

void ResidentIndex::publish(std::shared_ptr<const Rows> rows) {
  {
    const Lock lock(mutex_);
    rows_.swap(rows);
  }
  // Here the replaced rows are freed, outside the lock.
}

void ResidentIndex::add(std::span<const Entry> entries) {
  for (const auto& entry : entries) {
    if (entry.vector.size() != static_cast<std::size_t>(size_))
      throw std::invalid_argument("a vector's size is not its index's");
  }
  const Lock writing(writing_);
  const auto before = rows();
  if (before->is_too_large || entries.empty()) return;
  auto after = std::make_shared<Rows>(*before);
  std::map<RowId, Writer::Change> last;  // an id may come twice: the last counts
  for (const auto& entry : entries) {
    auto genre = kNoGenre;
    if (!entry.genre.empty()) {
      auto name = normalised(entry.genre);
      const auto bytes = name.size() + kBytesOfGenre;
      const auto [at, is_new] = after->genres.try_emplace(
          std::move(name), static_cast<std::uint32_t>(after->genres.size()) + 1);
      if (is_new) after->bytes_of_genres += bytes;
      genre = at->second;
    }
    last.insert_or_assign(entry.id, Writer::Change{entry.id, &entry, genre});
  }
  std::vector<Writer::Change> changes;
  changes.reserve(last.size());
  for (const auto& [id, change] : last) changes.push_back(change);
  after->blocks = Writer(*before, size_).merge(changes);
  publish(finish(std::move(after)));
}

void ResidentIndex::remove(std::span<const RowId> ids) {
  const Lock writing(writing_);
  const auto before = rows();
  if (before->size == 0 || ids.empty()) return;
  std::vector<RowId> sorted(ids.begin(), ids.end());
  std::ranges::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<Writer::Change> changes;
  changes.reserve(sorted.size());
  for (const auto id : sorted) changes.push_back({id, nullptr, kNoGenre});
  auto after = std::make_shared<Rows>(*before);
  after->blocks = Writer(*before, size_).merge(changes);
  publish(finish(std::move(after)));
}

std::shared_ptr<const ResidentIndex::Rows> ResidentIndex::finish(std::shared_ptr<Rows> rows) const {
  rows->size = 0;
  for (const auto& block : rows->blocks) rows->size += block->size();
  if (bytes_of(*rows) <= max_bytes_) return rows;
  auto none = std::make_shared<Rows>();
  none->is_too_large = true;
  return none;
}

std::vector<Candidate> ResidentIndex::nearest(std::span<const float> placed, std::size_t count,
                                              const Filter& filter) const {
  if (placed.size() != static_cast<std::size_t>(size_))
    throw std::invalid_argument("a vector's size is not its index's");
  const auto rows = this->rows();
  Sieve sieve;
  if (filter.genre) {
    const auto genre = rows->genres.find(normalised(*filter.genre));
    if (genre == rows->genres.end()) return {};
    sieve.genre = genre->second;
  }
  sieve.has_tempo = filter.min_tempo_bpm || filter.max_tempo_bpm;
  if (filter.min_tempo_bpm) sieve.min_tempo = static_cast<float>(*filter.min_tempo_bpm);
  if (filter.max_tempo_bpm) sieve.max_tempo = static_cast<float>(*filter.max_tempo_bpm);
  if (count == 0) return {};

  const auto width = width_of(size_);
  std::vector<std::int8_t> target(width);
  quantise(placed, target.data());
  Nearest nearest(count);
  std::array<std::int32_t, kRowsOfStep> squared{};
  for (const auto& block : rows->blocks) {
    for (std::size_t begin = 0; begin < block->size(); begin += kRowsOfStep) {
      const auto step = std::min(kRowsOfStep, block->size() - begin);
      squared_distances(target.data(), block->vectors.data() + begin * width, step, width,
                        squared.data());
      for (std::size_t i = 0; i < step; ++i) {
        if (squared[i] <= nearest.limit() &&
            sieve.passes(block->genres[begin + i], block->tempi[begin + i]))
          nearest.add(squared[i], block->ids[begin + i]);
      }
    }
  }
  return std::move(nearest).sorted();
}

std::size_t ResidentIndex::size() const {
  return rows()->size;
}

bool ResidentIndex::is_too_large() const {
  return rows()->is_too_large;
}

std::size_t ResidentIndex::bytes_of(const Rows& rows) const noexcept {
  return rows.size * bytes_of_row(size_) + rows.blocks.size() * sizeof(Block) +
         rows.bytes_of_genres;
}

std::size_t ResidentIndex::bytes() const {
  return bytes_of(*rows());
}

}  // namespace aura::catalogue
