#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aura/postgres/connection.h"

namespace aura::postgres {

/// One change of schema `aura`. Migrations only add: what the previous release reads or writes is
/// removed one release later.
struct Migration {
  /// Number and content: "0001_runs_and_gates". The number orders migrations.
  std::string_view name;
  std::string_view sql;  ///< one or more statements
  /// The oldest release ("0.1.0") that works on a database with this migration.
  std::string_view oldest_release;
};

/// Returns the migrations of deploy/migrations, ordered by number. They live as long as the
/// process. Thread-safe.
std::span<const Migration> schema_migrations() noexcept;

/// Applies the migrations of schema_migrations() that schema `aura` lacks, each in a transaction of
/// its own. Creates the schema if it is missing. Returns the names of the migrations applied now.
/// Several processes may migrate at once, because a lock makes them wait. Calling it again is safe.
/// Call it from the thread that owns `connection`.
///
/// Does not change a newer schema, which this release can use. Throws ConfigError if a migration of
/// the schema needs a newer release. Throws DatabaseLost, also if a lock takes over 20 s to get.
/// Throws DatabaseError.
std::vector<std::string> migrate(Connection& connection);

/// What a schema needs of the releases that work on it.
struct SchemaNeed {
  std::string migration;  ///< The migration's name.
  std::string release;    ///< The oldest release that works beside it.
};

/// Returns the newest migration of the schema that needs a newer release than this one, or nothing.
/// Schema `aura` must exist. Throws DatabaseLost and DatabaseError. Changes nothing.
std::optional<SchemaNeed> find_newer_need(Connection& connection);

/// As migrate(), with `migrations`, ordered by number, and as release `release`. For tests.
std::vector<std::string> migrate_to(Connection& connection, std::span<const Migration> migrations,
                                    std::string_view release);

}  // namespace aura::postgres
