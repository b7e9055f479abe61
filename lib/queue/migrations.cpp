#include "aura/queue/migrations.h"

#include <chrono>
#include <string_view>

#include "embedded_sql.h"
#include "session.h"
#include "sql.h"

namespace aura::queue {
namespace {

/// Any constant of our own will do; this one spells "aura".
constexpr const char* kTakeMigrationLock = "SELECT pg_advisory_xact_lock(x'61757261'::bigint)";

/// For another's migration, and for one of ours: they touch our own small tables.
constexpr std::chrono::seconds kPatience{20};

int number_of(const EmbeddedMigration& migration) {
  return std::stoi(std::string(migration.name.substr(0, migration.name.find('_'))));
}

}  // namespace

std::vector<std::string> migrate(Connection& connection) {
  std::vector<std::string> applied;
  connection.session().transaction_within(kPatience, [&](Transaction& work) {
    // Looked up first, so that a role that may not create schemas can use one that is there.
    if (work.exec("SELECT to_regclass('aura.migration') IS NOT NULL")[0][0].as<bool>()) return;
    work.exec(kTakeMigrationLock);
    // Not IF NOT EXISTS: that asks for the right to create first, and an owner need not have it.
    if (work.exec("SELECT to_regnamespace('aura') IS NULL")[0][0].as<bool>())
      work.exec("CREATE SCHEMA aura");
    work.exec(
        "CREATE TABLE IF NOT EXISTS aura.migration (number integer PRIMARY KEY, name text NOT "
        "NULL, "
        "applied_at timestamptz NOT NULL DEFAULT now())");
  });
  for (const auto& migration : embedded_migrations()) {
    connection.session().transaction_within(kPatience, [&](Transaction& work) {
      const auto is_applied = [&] {
        return !work.exec_params("SELECT FROM aura.migration WHERE number = $1",
                                 number_of(migration))
                    .empty();
      };
      if (is_applied()) return;
      work.exec(kTakeMigrationLock);
      if (is_applied()) return;  // by whoever held the lock before us
      work.exec(std::string(migration.sql));
      work.exec_params("INSERT INTO aura.migration (number, name) VALUES ($1, $2)",
                       number_of(migration), std::string(migration.name));
      applied.emplace_back(migration.name);
    });
  }
  return applied;
}

bool create_queue_table(Connection& connection, const std::optional<std::string>& name) {
  const auto wanted = parse_table_name(name.value_or(std::string(kQueueTableNames[0])));
  // Not the first schema of the search path: for a role named aura that is our own.
  const auto schema = wanted.schema.value_or(connection.url().schema.value_or("public"));
  bool created = false;
  connection.session().transaction_within(kPatience, [&](Transaction& work) {
    work.exec(kTakeMigrationLock);
    const auto quoted = work.quote_name(schema) + "." + work.quote_name(wanted.name);
    if (work.exec_params("SELECT to_regclass($1) IS NOT NULL", quoted)[0][0].as<bool>()) return;
    work.exec(fill_in(std::string(embedded_queue_table()),
                      {{"%TABLE%", quoted}, {"%NAME%", fill_in(wanted.name, {{"\"", "\"\""}})}}));
    created = true;
  });
  return created;
}

}  // namespace aura::queue
