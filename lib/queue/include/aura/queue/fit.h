#pragma once

#include <string>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

/// What the server refuses over a jobs table.
struct Misfit {
  std::string what;  ///< "complete": a statement's name
  std::string why;   ///< the server's words
};

/// Has the server plan every statement of a worker over `table` and executes none. Returns those
/// that don't suit the columns' types or the rights of the connection's role, and "use any row"
/// where row-level security lets the role see or update none. The statements for claims in turn
/// count only where `in_turn`. Needs schema `aura`, up to date. Throws DatabaseLost.
std::vector<Misfit> find_misfits(postgres::Connection& connection, const QueueTable& table,
                                 bool in_turn);

/// Likewise of the statements that show jobs to people and programs.
std::vector<Misfit> find_misfits_of_showing(postgres::Connection& connection,
                                            const QueueTable& table);

/// What row-level security does to the connection's role.
enum class RowSecurity {
  kOff,       ///< nothing, also where a policy lets it use every row
  kMayHide,   ///< its policies are conditions
  kHidesAll,  ///< no policy lets it see rows, or none lets it update them
};

/// Throws DatabaseLost, DatabaseError.
RowSecurity find_row_security(postgres::Connection& connection, const QueueTable& table);

}  // namespace aura::queue
