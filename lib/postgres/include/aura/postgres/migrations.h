#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aura/postgres/connection.h"

namespace aura::postgres {

/// One step of schema `aura` from one form to the next. Migrations only add: what the previous
/// release reads or writes is removed one release later.
struct Migration {
  /// "0001_runs_and_gates": its number, which orders migrations, and what it makes.
  std::string_view name;
  std::string_view sql;
  /// The oldest release ("0.1.0") that works on a database with this migration.
  std::string_view oldest_release;
};

/// Returns the migrations of deploy/migrations, ordered by number. Thread-safe.
std::span<const Migration> schema_migrations() noexcept;

/// Brings schema `aura` up to schema_migrations(): applies each missing migration, each in a
/// transaction of its own. Returns the names of the migrations applied now. A lock makes other
/// processes wait, so several may migrate at once, and repeating is safe.
///
/// A newer schema stays as it is, and this release works on it. Throws ConfigError if the schema
/// has a migration that needs a newer release than this one; DatabaseLost; DatabaseError.
std::vector<std::string> migrate(Connection& connection);

/// As migrate(), for other migrations and as release `release`. For tests.
std::vector<std::string> migrate_to(Connection& connection, std::span<const Migration> migrations,
                                    std::string_view release);

}  // namespace aura::postgres
