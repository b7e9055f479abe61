#include "aura/catalogue/pgvector.h"

#include <chrono>
#include <cstdint>
#include <exception>
#include <utility>

#include "aura/analysis/measurements.h"
#include "aura/base/error.h"
#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/pgvector_index.h"
#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "pgvector_tables.h"
#include "rows.h"
#include "sql_files.h"

namespace aura::catalogue {
namespace {

using postgres::Transaction;
using queue::Finding;
using queue::Verdict;

/// For a page of vectors, or a lock on the catalogue.
constexpr std::chrono::seconds kPatience{30};
constexpr int kPage = 1000;
constexpr const char* kCheck = "pgvector";
constexpr const char* kMake = "run aura migrate --with-pgvector";

std::string quoted(std::int64_t count, const std::string& what) {
  return std::to_string(count) + " " + what;
}

/// Returns whether `table` lies in `space`.
bool lies_in(const NeighbourTable& table, const analysis::Space& space) try {
  return analysis::Space::read(table.space) == space;
} catch (const analysis::BadMeasurement&) {
  return false;
}

/// The space that the catalogue is compared in.
analysis::Space space_in_use(postgres::Connection& connection, const analysis::Space& like) {
  auto own = Catalogue(connection).current_space(like);
  if (own) return std::move(own->space);
  return like;
}

/// Makes the table of one kind and version.
class Maker {
 public:
  Maker(const postgres::DatabaseUrl& url, const analysis::Space& like, Pgvector found,
        const TellOperator& tell)
      : connection_(url), like_(like), found_(std::move(found)), tell_(tell) {}

  void make() {
    transaction([](Transaction& work) { work.exec(sql::kMakeNeighbourTables); });
    const auto name = neighbour_table_name(like_);
    const auto space = space_in_use(connection_, like_);
    const auto table = find_neighbour_table(connection_, name);
    if (table && table->is_filled && table->has_vectors && lies_in(*table, space)) {
      repair(name, table->has_index);
    } else {
      replace(name, space);
    }
    transaction([&](Transaction& work) { work.exec(filled(sql::kGrantNeighbourTables, name)); });
  }

 private:
  std::string filled(const char* sql, const std::string& table) const {
    return postgres::fill_in(sql, {{"{table}", table},
                                   {"{new}", table + "_new"},
                                   {"{schema}", found_.schema},
                                   {"{size}", std::to_string(like_.size())},
                                   {"{kind}", like_.kind()},
                                   {"{version}", std::to_string(like_.version())}});
  }

  void transaction(const std::function<void(Transaction&)>& body) {
    connection_.session().transaction_within(kPatience, body);
  }

  void replace(const std::string& name, const analysis::Space& space) {
    const auto fresh = name + "_new";
    transaction([&](Transaction& work) {
      work.exec(filled(sql::kBeginNeighbourTable, fresh));
      work.exec_params(sql::kNoteNeighbourTable, fresh, like_.kind(), like_.version(),
                       space.write());
    });
    const auto rows = fill(fresh);
    build_index(fresh, rows);
    transaction([&](Transaction& work) {
      work.exec(filled(sql::kPutNeighbourTableToUse, name));
      work.exec(filled(sql::kDropOldNeighbourTables, name));
    });
    tell_("made the table aura." + name + " for pgvector: " + quoted(rows, "songs"));
  }

  void repair(const std::string& name, bool has_index) {
    const auto lost = connection_.session().execute_within(
        kPatience, filled(sql::kDropLostNeighbours, name), like_.kind(), like_.version());
    const auto added = fill(name);
    if (added > 0 || lost.affected_rows() > 0) {
      tell_("repaired the table aura." + name + ": " + quoted(added, "songs added, ") +
            quoted(lost.affected_rows(), "deleted"));
    }
    if (!has_index)
      build_index(name, static_cast<std::int64_t>(count_neighbours(connection_, name)));
  }

  /// Adds the vectors that the table lacks. Returns how many.
  std::int64_t fill(const std::string& table) {
    const auto sql = filled(sql::kFillNeighbourTable, table);
    std::int64_t added = 0;
    for (RowId after = 0;;) {
      const auto page =
          connection_.session()
              .execute_all_within(kPatience, {postgres::Statement(kTakeTurn),
                                              postgres::Statement(sql, like_.kind(),
                                                                  like_.version(), after, kPage)})
              .back()[0];
      added += page[2].as<std::int64_t>();
      if (page[0].as<std::int64_t>() < kPage) return added;
      after = page[1].as<RowId>();
    }
  }

  /// Builds the index while the catalogue is read and written. What is left of one that was cut off
  /// goes first.
  void build_index(const std::string& table, std::int64_t rows) {
    tell_("building the index of " + quoted(rows, "songs for pgvector"));
    transaction([&](Transaction& work) {
      for (const auto& row : work.exec_params(sql::kFindBrokenIndexes, table))
        work.exec("DROP INDEX " + row[0].as<std::string>());
    });
    connection_.session().execute_without_limit({}, filled(sql::kBuildNeighbourIndex, table));
  }

  postgres::Connection connection_;
  const analysis::Space& like_;
  const Pgvector found_;
  const TellOperator& tell_;
};

/// What the search lacks though it works.
Finding examine_rows(postgres::Connection& connection, const Pgvector& found,
                     const analysis::Space& like) {
  const auto& table = *found.table;
  const PgvectorIndex index(found.schema, table.name, like.size(), 1);
  const std::vector<float> middle(static_cast<std::size_t>(like.size()));
  index.nearest(connection, middle, 1, {});
  const auto counts = connection.session().execute_within(
      kPatience, postgres::fill_in(sql::kCountMissingNeighbours, {{"{table}", table.name}}),
      like.kind(), like.version(), vector_bytes(like))[0];
  if (const auto missing = counts[0].as<std::int64_t>(); missing > 0) {
    return {kCheck, Verdict::kSlower,
            quoted(missing, "songs are missing in the table for pgvector: they can't be found"),
            kMake};
  }
  if (!lies_in(table, space_in_use(connection, like))) {
    return {kCheck, Verdict::kSlower,
            "the table for pgvector lies in an older space than the catalogue's: similarities are "
            "the old ones",
            kMake};
  }
  if (!table.has_index) {
    return {kCheck, Verdict::kSlower,
            "the index for pgvector is missing: each search reads all songs", kMake};
  }
  if (!found.is_sound) {
    return {kCheck, Verdict::kSlower,
            "pgvector " + found.version + " may damage its indexes: 0.8.3 repairs that",
            "an administrator installs pgvector 0.8.3 or later, runs ALTER EXTENSION vector UPDATE;"
            " and REINDEX TABLE aura." +
                table.name};
  }
  return {kCheck, Verdict::kFine, "similar hits come from pgvector " + found.version};
}

}  // namespace

void make_pgvector(const postgres::DatabaseUrl& url, const analysis::Space& like,
                   const TellOperator& tell) {
  postgres::Connection lock(url);
  auto found = look_at_pgvector(lock, like);
  if (found.version.empty() || !found.is_usable) {
    const auto problem = problem_of(found);
    throw ConfigError(problem->what + ": " + problem->mend);
  }
  if (!found.is_sound) {
    tell("pgvector " + found.version +
         " may damage its indexes: an administrator should install 0.8.3 or later");
  }
  // Held in a transaction, because a lock of a session doesn't survive a pooler. Not sent with
  // parameters: such a statement would keep its snapshot, for whose end the building waits.
  lock.session().transaction_without_limit({}, [&](Transaction& work) {
    const auto mine =
        work.exec("SELECT pg_try_advisory_xact_lock(hashtext('aura.neighbour_table'))")[0][0];
    if (!mine.as<bool>()) return tell("another process prepares the database for pgvector");
    Maker(url, like, std::move(found), tell).make();
  });
}

Finding examine_pgvector(const postgres::DatabaseUrl& url, const analysis::Space& like) {
  try {
    postgres::Connection connection(url);
    const auto found = look_at_pgvector(connection, like);
    if (const auto problem = problem_of(found)) {
      return {kCheck, Verdict::kSlower, problem->what + ": jobs have no similar hits",
              problem->mend};
    }
    return examine_rows(connection, found, like);
  } catch (const std::exception& error) {
    return {kCheck, Verdict::kSlower, "it can't be searched: " + std::string(error.what()),
            "grant the role SELECT on the tables of schema aura, and USAGE on the schema of the "
            "extension"};
  }
}

}  // namespace aura::catalogue
