#pragma once

#include <string>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

// Call the functions below from the thread that owns `connection` only. Each throws DatabaseLost
// and DatabaseError.

/// A statement that the server refuses for a jobs table.
struct Misfit {
  std::string what;  ///< the statement's name: "complete"
  std::string why;   ///< the server's message
};

/// Lets the server plan every statement of a worker on `table`, without executing it. Returns the
/// statements that do not fit the columns' types or the rights of the connection's role. Adds "use
/// any row" if row-level security lets the role see no row or update no row. Plans the statements
/// for claims in turn only if `in_turn`. Needs schema `aura`, up to date.
std::vector<Misfit> find_misfits(postgres::Connection& connection, const QueueTable& table,
                                 bool in_turn);

/// As find_misfits(), for the statements that show jobs to people and programs. Ignores row-level
/// security.
std::vector<Misfit> find_misfits_of_showing(postgres::Connection& connection,
                                            const QueueTable& table);

/// The effect of row-level security on the connection's role.
enum class RowSecurity {
  kOff,       ///< none, or a policy allows every row
  kMayHide,   ///< policies have conditions, so rows may be hidden
  kHidesAll,  ///< no policy lets the role see rows, or no policy lets it update rows
};

/// Returns the effect of row-level security on `table`.
RowSecurity find_row_security(postgres::Connection& connection, const QueueTable& table);

}  // namespace aura::queue
