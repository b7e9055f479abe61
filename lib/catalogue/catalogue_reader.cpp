#include "aura/catalogue/catalogue_reader.h"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "aura/analysis/measurements.h"
#include "aura/base/error.h"
#include "aura/base/mutex.h"
#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/pgvector_index.h"
#include "aura/catalogue/resident_index.h"
#include "aura/postgres/session.h"
#include "pgvector_tables.h"
#include "rows.h"
#include "sql_files.h"

namespace aura::catalogue {
namespace {

using std::chrono::microseconds;

constexpr std::chrono::seconds kPatience{30};
constexpr int kPage = 5000;
/// The catalogue's own transactions take at most so long: see Session::execute_within().
constexpr std::chrono::seconds kRecentOverlap{45};
/// Removed rows are known for 30 days. After so long without a look, all is read again.
constexpr std::chrono::hours kTrustedFor{24};
/// How often rows that were too many are counted again, in intervals.
constexpr int kIntervalsBetweenCounts = 10;

std::vector<analysis::Space> searchable_of(const std::vector<analysis::Space>& spaces,
                                           IndexEngine engine) {
  if (spaces.empty()) throw std::invalid_argument("a reader has no space");
  const auto used = searchable(spaces, engine);
  return {used.begin(), used.end()};
}

}  // namespace

std::string_view name_of(IndexState state) noexcept {
  switch (state) {
    case IndexState::kLoading:
      return "loading";
    case IndexState::kUnreadable:
      return "unreadable";
    case IndexState::kAbsent:
      return "absent";
    case IndexState::kEmpty:
      return "empty";
    case IndexState::kReady:
      return "ready";
    case IndexState::kTooLarge:
      return "too large";
    case IndexState::kUnavailable:
      return "unavailable";
  }
  return "";
}

struct CatalogueReader::Impl {
  Impl(const std::vector<analysis::Space>& of_release, std::size_t bytes, IndexEngine searched)
      : shipped(searchable_of(of_release, searched)),
        max_bytes(bytes),
        engine(searched),
        timbre(std::make_shared<const analysis::Space>(shipped.back())) {}

  const std::vector<analysis::Space> shipped;
  const std::size_t max_bytes;
  const IndexEngine engine;

  // For the thread that calls refresh() only.
  std::shared_ptr<ResidentIndex> index;  ///< null: read all next time
  std::shared_ptr<const analysis::Space> space;
  KindInUse in_use;  ///< its place is that of the index, its counts may be old
  /// Whether rows were read that have no vector for the index.
  bool is_incomplete = false;
  int space_row = 0;     ///< the id in aura.space, also of a damaged one
  int space_id = 0;      ///< as in ReaderStatus
  microseconds last{0};  ///< when the last refresh() began, by the database's clock
  microseconds last_full{0};
  /// When the rows of the overlap changed, as they were read: nothing is read twice.
  std::unordered_map<RowId, std::int64_t> seen;
  bool counts_are_old = false;
  int intervals_to_count = 0;
  // With pgvector instead of the index and the times:
  std::shared_ptr<const PgvectorIndex> neighbours;  ///< null: nothing can be searched
  int neighbours_id = 0;                            ///< of the table that `space` is of

  mutable Mutex mutex;
  ConditionVariable changed;
  ReaderStatus status AURA_GUARDED_BY(mutex);
  std::optional<SearchView> view AURA_GUARDED_BY(mutex);
  std::shared_ptr<const analysis::Space> timbre AURA_GUARDED_BY(mutex);

  const analysis::Space& kind() const { return shipped[in_use.place]; }
  bool is_last() const { return in_use.place + 1 == shipped.size(); }

  /// Publishes `state`, with the index if it is ready.
  void publish(IndexState state, std::string problem = {}) {
    std::optional<SearchView> next;
    ReaderStatus now{.state = state,
                     .stale = in_use.stale,
                     .kind = kind().kind(),
                     .preferred = shipped.front().kind(),
                     .lacking = in_use.lacking,
                     .space_id = space_id,
                     .problem = std::move(problem)};
    if (index) {
      now.rows = static_cast<std::int64_t>(index->size());
      now.bytes = index->bytes();
    }
    if (neighbours) now.rows = static_cast<std::int64_t>(neighbours->size());
    if (state == IndexState::kReady) {
      next = SearchView{.space = space, .index = index};
      if (neighbours) next->index = neighbours;
    }
    const Lock lock(mutex);
    status = now;
    if (state == IndexState::kReady && is_last()) timbre = space;
    view.swap(next);
    changed.notify_all();
  }

  /// Drops the index: it is absent, or does not fit.
  void drop(IndexState state, std::string problem = {}) {
    index.reset();
    neighbours.reset();
    seen.clear();
    publish(state, std::move(problem));
  }

  bool must_load(microseconds now) const {
    return !index || now < last || now - last_full > kTrustedFor;
  }

  static std::vector<Entry> entries_of(const postgres::Result& rows, const analysis::Space& of) {
    std::vector<Entry> entries;
    entries.reserve(rows.size());
    for (const auto& row : rows) {
      const auto raw = numbers_of<float>(row["vector"].text());
      if (static_cast<int>(raw.size()) != of.size()) continue;  // none, or damaged
      entries.push_back({.id = row["id"].as<RowId>(),
                         .vector = of.place(raw),
                         .genre = postgres::optional_text(row["genre"]).value_or(""),
                         .tempo_bpm = postgres::optional_value<double>(row["tempo_bpm"])});
    }
    return entries;
  }

  /// Chooses the kind of vectors. Returns whether it is another kind than before.
  bool choose_kind(postgres::Connection& connection) {
    const auto before = in_use.place;
    in_use = Catalogue(connection).kind_in_use(shipped);
    counts_are_old = false;
    is_incomplete = false;
    return in_use.place != before;
  }

  /// Returns the space in use for the vectors of `like`, and its id as in ReaderStatus.
  static std::pair<std::shared_ptr<const analysis::Space>, int> space_for(
      postgres::Connection& connection, const analysis::Space& like) {
    const auto own = Catalogue(connection).current_space(like);
    const int id = own ? own->id : 0;
    return {std::make_shared<const analysis::Space>(own ? own->space : like), id};
  }

  /// Reads all rows into a new index, with their vectors of the kind in use. Searches use the old
  /// one meanwhile.
  void load(postgres::Connection& connection, microseconds now, const std::stop_token& stop) {
    auto [used, id] = space_for(connection, kind());
    auto fresh = std::make_shared<ResidentIndex>(used->size(), max_bytes);
    std::unordered_map<RowId, std::int64_t> read;
    std::int64_t left_out = 0;
    for (RowId after = 0;;) {
      if (stop.stop_requested()) throw Stopped();
      const auto page = connection.session().execute_within(
          kPatience, sql::kLoadEntries, used->kind(), used->version(), after, kPage);
      const auto entries = entries_of(page, *used);
      fresh->add(entries);
      if (fresh->is_too_large()) return drop(IndexState::kTooLarge);
      left_out += static_cast<std::int64_t>(page.size() - entries.size());
      for (const auto& row : page) {
        const auto changed_us = row["changed_us"].as<std::int64_t>();
        if (changed_us >= (now - kOverlap) / microseconds(1))
          read.emplace(row["id"].as<RowId>(), changed_us);
      }
      if (page.size() < kPage) break;
      after = page[page.size() - 1]["id"].as<RowId>();
    }
    index = std::move(fresh);
    space = std::move(used);
    space_id = id;
    seen = std::move(read);
    in_use.stale = left_out;
    is_incomplete = left_out > 0;
    last_full = now;
  }

  /// Loads the index in the kind and the space of today. Sets it to null if it does not fit.
  void load_all(postgres::Connection& connection, microseconds now, const std::stop_token& stop) {
    intervals_to_count = kIntervalsBetweenCounts;
    while (true) {
      space_row = -1;  // until all is read: after a failure, all is read again
      const auto row = find_space_row(connection);
      load(connection, now, stop);
      if (!index) return;
      catch_up(connection, now - kOverlap, stop);
      space_row = row;
      if (!is_incomplete || is_last()) break;
      // A row without such a vector has come meanwhile.
      in_use.lacking = std::max<std::int64_t>(in_use.stale, 1);
      counts_are_old = true;
      in_use.place = shipped.size() - 1;
    }
    if (is_last()) return;
    const auto common = space_for(connection, shipped.back()).first;
    const Lock lock(mutex);
    timbre = common;
  }

  int find_space_row(postgres::Connection& connection) const {
    const auto rows = connection.session().execute_within(kPatience, sql::kFindSpaceId,
                                                          kind().kind(), kind().version());
    return rows.empty() ? 0 : rows[0]["id"].as<int>();
  }

  /// Reads what changed since `since`.
  void catch_up(postgres::Connection& connection, microseconds since, const std::stop_token& stop) {
    auto moment = since.count();
    RowId after = 0;
    while (true) {
      if (stop.stop_requested()) throw Stopped();
      const auto page =
          connection.session().execute_within(kPatience, sql::kReadChanges, moment, after, kPage);
      std::vector<RowId> ids;
      std::vector<std::pair<RowId, std::int64_t>> changes;
      for (const auto& row : page) {
        after = row["id"].as<RowId>();
        moment = row["changed_us"].as<std::int64_t>();
        const auto known = seen.find(after);
        if (known != seen.end() && known->second == moment) continue;
        ids.push_back(after);
        changes.emplace_back(after, moment);
      }
      if (!ids.empty()) {
        apply(connection, ids);
        for (const auto& [id, changed_us] : changes) seen[id] = changed_us;
      }
      if (page.size() < kPage) return;
    }
  }

  /// Brings the rows `ids` of the index up to date.
  void apply(postgres::Connection& connection, const std::vector<RowId>& ids) {
    counts_are_old = true;
    const auto rows =
        connection.session().execute_within(kPatience, sql::kReadEntries, space->kind(),
                                            space->version(), postgres::array_literal(ids));
    const auto entries = entries_of(rows, *space);
    if (entries.size() < rows.size()) is_incomplete = true;
    std::unordered_set<RowId> there;
    for (const auto& entry : entries) there.insert(entry.id);
    std::vector<RowId> gone;
    for (const auto id : ids)
      if (!there.contains(id)) gone.push_back(id);
    index->remove(gone);
    index->add(entries);
  }

  /// Reads the space of `table` unless it is known. Returns false if it is damaged.
  bool read_space(const NeighbourTable& table) try {
    if (space && neighbours_id == table.id) return true;
    auto read = analysis::Space::read(table.space);
    if (read.size() != kind().size()) return false;
    space = std::make_shared<const analysis::Space>(std::move(read));
    neighbours_id = table.id;
    return true;
  } catch (const analysis::BadMeasurement&) {
    return false;
  }

  /// As refresh(), with pgvector: a trigger keeps the rows, so only their number is read.
  void look_at_table(postgres::Connection& connection, Scope scope) {
    const auto found = look_at_pgvector(connection, kind());
    if (const auto problem = problem_of(found))
      return drop(IndexState::kUnavailable, problem->what + ": " + problem->mend);
    const auto& table = *found.table;
    if (!read_space(table)) {
      return drop(IndexState::kUnavailable,
                  "the table for pgvector is damaged: run aura migrate --with-pgvector");
    }
    auto rows = neighbours ? neighbours->size() : 0;
    if (scope == Scope::kFull || rows == 0) {
      rows = count_neighbours(connection, table.name);
      choose_kind(connection);
    }
    neighbours =
        std::make_shared<const PgvectorIndex>(found.schema, table.name, space->size(), rows);
    publish(rows == 0 ? IndexState::kEmpty : IndexState::kReady);
  }

  void forget_old_changes(microseconds now) {
    last_full = now;
    std::erase_if(seen, [since = (now - kOverlap) / microseconds(1)](const auto& each) {
      return each.second < since;
    });
  }

  void refresh(postgres::Connection& connection, Scope scope, const std::stop_token& stop) {
    const auto look = connection.session().execute_within(kPatience, sql::kLookAtCatalogue);
    if (!look[0]["exists"].as<bool>()) return drop(IndexState::kAbsent);
    if (engine == IndexEngine::kPgvector) return look_at_table(connection, scope);
    const microseconds now(look[0]["now_us"].as<std::int64_t>());
    const auto state = [this] {
      const Lock lock(mutex);
      return status.state;
    }();
    if (state == IndexState::kTooLarge) {
      if (scope == Scope::kRecent || --intervals_to_count > 0) return;
    }
    if (must_load(now)) {
      counts_are_old = false;  // load() counts the rows of a single kind
      if (shipped.size() > 1) choose_kind(connection);
      load_all(connection, now, stop);
    } else if (find_space_row(connection) != space_row) {
      load_all(connection, now, stop);
    } else {
      catch_up(connection, scope == Scope::kFull ? last_full - kOverlap : last - kRecentOverlap,
               stop);
      if (scope == Scope::kFull) forget_old_changes(now);
      const bool is_due =
          (scope == Scope::kFull && counts_are_old) || (is_incomplete && !is_last());
      if (is_due && choose_kind(connection)) load_all(connection, now, stop);
    }
    if (!index) return;
    last = now;
    if (index->is_too_large()) {
      intervals_to_count = kIntervalsBetweenCounts;
      return drop(IndexState::kTooLarge);
    }
    publish(index->size() == 0 ? IndexState::kEmpty : IndexState::kReady);
  }
};

CatalogueReader::CatalogueReader(const std::vector<analysis::Space>& shipped, std::size_t max_bytes,
                                 IndexEngine engine)
    : impl_(std::make_unique<Impl>(shipped, max_bytes, engine)) {}
CatalogueReader::~CatalogueReader() = default;

void CatalogueReader::refresh(postgres::Connection& connection, Scope scope,
                              const std::stop_token& stop) try {
  impl_->refresh(connection, scope, stop);
} catch (const Stopped&) {
  throw;
} catch (const std::exception&) {
  // Nobody waits for what may never come.
  if (status().state == IndexState::kLoading) impl_->publish(IndexState::kUnreadable);
  throw;
}

ReaderStatus CatalogueReader::status() const {
  const Lock lock(impl_->mutex);
  return impl_->status;
}

std::optional<SearchView> CatalogueReader::view() const {
  const Lock lock(impl_->mutex);
  return impl_->view;
}

std::shared_ptr<const analysis::Space> CatalogueReader::timbre_space() const {
  const Lock lock(impl_->mutex);
  return impl_->timbre;
}

IndexState CatalogueReader::wait_while_loading(std::chrono::milliseconds at_most,
                                               const std::stop_token& stop) {
  Impl& impl = *impl_;
  Lock lock(impl.mutex);
  impl.changed.wait_for(lock, stop, at_most, [&impl]() AURA_REQUIRES(impl.mutex) {
    return impl.status.state != IndexState::kLoading;
  });
  return impl.status.state;
}

}  // namespace aura::catalogue
