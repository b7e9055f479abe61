#include "pgvector_tables.h"

#include <chrono>

#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "sql_files.h"

namespace aura::catalogue {
namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr const char* kMake = "run aura migrate --with-pgvector";

}  // namespace

std::string neighbour_table_name(const analysis::Space& like) {
  return "neighbour_" + like.kind() + "_" + std::to_string(like.version());
}

Pgvector look_at_pgvector(postgres::Connection& connection, const analysis::Space& like) {
  const auto look = connection.session().execute_within(kPatience, sql::kLookAtPgvector)[0];
  Pgvector found;
  found.has_tables = look["has_tables"].as<bool>();
  if (!look["version"].is_null()) {
    found.version = look["version"].as<std::string>();
    found.schema = look["schema"].as<std::string>();
    found.is_usable = look["is_usable"].text() == "t";
    found.is_sound = look["is_sound"].text() == "t";
  }
  if (found.has_tables) found.table = find_neighbour_table(connection, neighbour_table_name(like));
  return found;
}

std::optional<NeighbourTable> find_neighbour_table(postgres::Connection& connection,
                                                   const std::string& name) {
  const auto rows = connection.session().execute_within(kPatience, sql::kFindNeighbourTable, name);
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  return NeighbourTable{.id = row["id"].as<int>(),
                        .name = row["name"].as<std::string>(),
                        .space = row["space"].as<std::string>(),
                        .is_filled = row["filled"].as<bool>(),
                        .has_vectors = row["has_vectors"].as<bool>(),
                        .has_index = row["has_index"].as<bool>()};
}

std::optional<PgvectorProblem> problem_of(const Pgvector& found) {
  if (found.version.empty()) {
    return PgvectorProblem{
        "the database has no extension pgvector",
        "an administrator runs CREATE EXTENSION vector; (pgvector 0.8.3 or later), then run aura "
        "migrate --with-pgvector. Or set CATALOGUE_INDEX to resident"};
  }
  if (!found.is_usable) {
    return PgvectorProblem{
        "pgvector " + found.version + " is too old: 0.8.0 or later is needed",
        "an administrator installs pgvector 0.8.3 or later and runs ALTER EXTENSION vector UPDATE;"
        " then run aura migrate --with-pgvector. Or set CATALOGUE_INDEX to resident"};
  }
  if (!found.table || !found.table->is_filled)
    return PgvectorProblem{"the table for pgvector is missing", kMake};
  if (!found.table->has_vectors)
    return PgvectorProblem{"the vectors for pgvector are gone: the extension was dropped", kMake};
  return std::nullopt;
}

std::size_t count_neighbours(postgres::Connection& connection, const std::string& name) {
  const auto sql = postgres::fill_in(sql::kCountNeighbours, {{"{table}", name}});
  return connection.session().execute_within(kPatience, sql)[0][0].as<std::size_t>();
}

}  // namespace aura::catalogue
