#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "aura/analysis/space.h"
#include "aura/postgres/connection.h"

namespace aura::catalogue {

/// A table of placed vectors in schema aura.
struct NeighbourTable {
  int id = 0;  ///< differs from that of a later table with this name
  std::string name;
  std::string space;  ///< as Space::read() takes it
  bool is_filled = false;
  bool has_vectors = false;  ///< they go with the extension
  bool has_index = false;    ///< one that can be used
};

/// What a database has of pgvector.
struct Pgvector {
  std::string version;  ///< "0.8.3"; empty: there is no such extension
  std::string schema;   ///< of the extension, quoted
  bool is_usable = false;
  bool is_sound = false;    ///< indexes can't be damaged by known faults
  bool has_tables = false;  ///< for any version of vectors
  std::optional<NeighbourTable> table;
};

/// Returns the name, in schema aura, of the table for vectors of the kind and version of `like`.
/// Thread-safe.
std::string neighbour_table_name(const analysis::Space& like);

/// Looks for the extension and the table of `like`. Throws DatabaseLost and DatabaseError. Call
/// from the thread that owns `connection`.
Pgvector look_at_pgvector(postgres::Connection& connection, const analysis::Space& like);
/// As before, for the table `name`.
std::optional<NeighbourTable> find_neighbour_table(postgres::Connection& connection,
                                                   const std::string& name);

/// Why a search is impossible, and what to do.
struct PgvectorProblem {
  std::string what;
  std::string mend;
};
/// Returns why nothing can be searched; nothing if all is there. Thread-safe.
std::optional<PgvectorProblem> problem_of(const Pgvector& found);

/// Returns how many rows the table `name` has. Throws DatabaseLost and DatabaseError.
std::size_t count_neighbours(postgres::Connection& connection, const std::string& name);

}  // namespace aura::catalogue
