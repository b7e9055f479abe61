#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aura/postgres/connection.h"

namespace aura::queue {

/// The producer's jobs table, and how it differs from the table of Prisma's schema.
struct QueueTable {
  std::string schema;  ///< without quotes: public
  std::string name;    ///< without quotes: AuraAnalysis
  std::string quoted;  ///< for SQL: public."AuraAnalysis"

  // Types with their schema, quoted for SQL.
  std::string id_type = "pg_catalog.text";
  std::string job_id_type = "pg_catalog.text";
  std::string status_type = "pg_catalog.text";  ///< may be an enum
  // Whether these columns are timestamptz. Otherwise they hold UTC without a zone.
  bool created_has_zone = false;
  bool updated_has_zone = false;
  bool completed_has_zone = false;
  // Whether these columns may be NULL.
  bool created_may_be_null = false;
  bool user_may_be_null = false;
  bool has_reference = true;  ///< Whether there is a column "referenceTrack".
  // How many characters these columns hold; 0: any number.
  int error_width = 0;  ///< "errorMessage"
  int model_width = 0;  ///< "modelVersion"
};

/// A table's name without quotes.
struct TableName {
  std::optional<std::string> schema;
  std::string name;
};

/// Parses `name` or `schema.name`, where each part may have quotes: `public."AuraAnalysis"`. Keeps
/// the case of letters, also without quotes. A quoted part may contain dots and doubled quotes.
/// Throws ConfigError, which names AURA_TABLE, if `text` is no name. Thread-safe.
TableName parse_table_name(std::string_view text);

/// Thrown if there is no usable jobs table. `what()` says how to get one.
class NoQueueTable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The usual names of the jobs table: Prisma's model, and its `@@map`.
inline constexpr std::string_view kQueueTableNames[] = {"AuraAnalysis", "aura_analyses"};

// Call the functions below from the thread that owns `connection` only. Each throws DatabaseLost
// and DatabaseError.

/// Returns the jobs table `wanted` (AURA_TABLE; see parse_table_name()). Without `wanted`, returns
/// the table of kQueueTableNames that exists. Without a schema in `wanted`, looks in the URL's
/// schema, or on the search path and in public. Throws NoQueueTable if there is no such table, both
/// names exist, the table is partitioned, or columns are missing or are lists. Throws ConfigError
/// if `wanted` is no name.
QueueTable find_queue_table(postgres::Connection& connection,
                            const std::optional<std::string>& wanted);

/// Creates the jobs table as Prisma does, unless it exists. `name` (see parse_table_name())
/// defaults to AuraAnalysis, and its schema to the URL's schema or public. Returns whether it
/// created the table. Throws ConfigError if `name` is no name.
bool create_queue_table(postgres::Connection& connection, const std::optional<std::string>& name);

}  // namespace aura::queue
