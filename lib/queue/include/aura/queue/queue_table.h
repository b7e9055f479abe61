#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aura/postgres/connection.h"

namespace aura::queue {

/// The producer's jobs table, and where it differs from what Prisma's schema makes by default.
struct QueueTable {
  std::string schema;  ///< bare: public
  std::string name;    ///< bare: AuraAnalysis
  std::string quoted;  ///< for SQL: "public"."AuraAnalysis"

  // Types as SQL writes them, with their schema.
  std::string id_type = "pg_catalog.text";
  std::string job_id_type = "pg_catalog.text";
  std::string status_type = "pg_catalog.text";  ///< may be an enum
  // Whether these are timestamptz. Else they hold UTC without saying so.
  bool created_has_zone = false;
  bool updated_has_zone = false;
  bool completed_has_zone = false;
  // Whether rows may lack these.
  bool created_may_be_null = false;
  bool user_may_be_null = false;
  // How many characters these hold; 0: any number.
  int error_width = 0;
  int model_width = 0;
};

/// A table's name as operators write it, without its quotes.
struct TableName {
  std::optional<std::string> schema;
  std::string name;
};

/// Understands `name` and `schema.name`, either part in quotes or not, as the log prints them:
/// `public."AuraAnalysis"`. Letters stay as they are also without quotes. Quotes may hold dots, and
/// quotes that are doubled. Throws ConfigError, which names AURA_TABLE.
TableName parse_table_name(std::string_view text);

/// Thrown while there is no usable jobs table; `what()` says how to get one.
class NoQueueTable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The names that producers give it; the first is Prisma's, the second its `@@map`.
inline constexpr std::string_view kQueueTableNames[] = {"AuraAnalysis", "aura_analyses"};

/// Finds the jobs table: `wanted` (what AURA_TABLE says; see parse_table_name()), else whichever of
/// kQueueTableNames is there, in the URL's schema, on the search path or in public. Throws
/// NoQueueTable where there is none, where both are, where columns are missing or can't hold what a
/// worker writes, or where it is partitioned; ConfigError where `wanted` is no name; DatabaseLost.
QueueTable find_queue_table(postgres::Connection& connection,
                            const std::optional<std::string>& wanted);

/// Creates the producer's table as Prisma would, unless it exists: `name` (default: AuraAnalysis;
/// see parse_table_name()), without a schema in the URL's or public. Returns whether it made the
/// table. Throws ConfigError if `name` is no name; DatabaseLost; DatabaseError.
bool create_queue_table(postgres::Connection& connection, const std::optional<std::string>& name);

}  // namespace aura::queue
