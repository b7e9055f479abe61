#include "aura/postgres/migrations.h"

#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <set>

#include "aura/base/build.h"
#include "aura/base/error.h"
#include "aura/postgres/session.h"

namespace aura::postgres {
namespace {

/// For another process that migrates, or for a lock on a small table of schema aura.
constexpr std::chrono::seconds kPatience{20};

int number_of(const Migration& migration) {
  return std::stoi(std::string(migration.name.substr(0, migration.name.find('_'))));
}

/// Returns 1, 20 and 3 for "1.20.3". Missing numbers and other text count as 0.
std::array<int, 3> numbers_of(std::string_view release) {
  std::array<int, 3> numbers{};
  for (int& number : numbers) {
    std::from_chars(release.data(), release.data() + release.size(), number);
    release.remove_prefix(std::min(release.find('.'), release.size() - 1) + 1);
    if (release.empty()) break;
  }
  return numbers;
}

void make_schema(Transaction& work) {
  // A role that may not create schemas can use an existing schema.
  if (work.exec_params("SELECT to_regclass('aura.migration') IS NOT NULL")[0][0].as<bool>()) return;
  take_migration_lock(work);
  // Not IF NOT EXISTS: PostgreSQL would check the right to create first.
  if (work.exec_params("SELECT to_regnamespace('aura') IS NULL")[0][0].as<bool>())
    work.exec_params("CREATE SCHEMA aura");
  work.exec_params(
      "CREATE TABLE IF NOT EXISTS aura.migration (number integer PRIMARY KEY, name text NOT NULL, "
      "applied_at timestamptz NOT NULL DEFAULT now())");
}

/// Returns whether the schema already records which release each migration needs.
bool states_needs(Transaction& work) {
  return work.exec_params("SELECT to_regclass('aura.migration_need') IS NOT NULL")[0][0].as<bool>();
}

/// Returns the newest migration beyond `migrations` that needs more than `release`.
std::optional<SchemaNeed> newer_need(Transaction& work, std::span<const Migration> migrations,
                                     std::string_view release) {
  if (!states_needs(work)) return std::nullopt;
  const int last = migrations.empty() ? 0 : number_of(migrations.back());
  for (const auto& row :
       work.exec_params("SELECT m.name, n.release FROM aura.migration m JOIN aura.migration_need n "
                        "USING (number) WHERE number > $1 ORDER BY number DESC",
                        last)) {
    SchemaNeed need{row[0].as<std::string>(), row[1].as<std::string>()};
    if (numbers_of(need.release) > numbers_of(release)) return need;
  }
  return std::nullopt;
}

/// Returns whether it applied `migration`; false if it was applied before.
bool apply(Transaction& work, const Migration& migration) {
  const auto is_applied = [&] {
    return !work.exec_params("SELECT FROM aura.migration WHERE number = $1", number_of(migration))
                .empty();
  };
  if (is_applied()) return false;
  take_migration_lock(work);
  if (is_applied()) return false;  // by the previous holder of the lock
  work.exec(std::string(migration.sql));
  work.exec_params("INSERT INTO aura.migration (number, name) VALUES ($1, $2)",
                   number_of(migration), std::string(migration.name));
  if (states_needs(work)) {
    work.exec_params("INSERT INTO aura.migration_need (number, release) VALUES ($1, $2)",
                     number_of(migration), std::string(migration.oldest_release));
  }
  return true;
}

}  // namespace

void take_migration_lock(Transaction& work) {
  // Any constant works; these bytes spell "aura".
  work.exec_params("SELECT pg_advisory_xact_lock(x'61757261'::bigint)");
}

std::vector<std::string> migrate_to(Connection& connection, std::span<const Migration> migrations,
                                    std::string_view release) {
  auto& session = connection.session();
  session.transaction_within(kPatience, make_schema);
  std::optional<SchemaNeed> need;
  std::set<int> present;
  session.transaction_within(kPatience, [&](Transaction& work) {
    need = newer_need(work, migrations, release);
    for (const auto& row : work.exec_params("SELECT number FROM aura.migration"))
      present.insert(row[0].as<int>());
  });
  if (need) {
    throw ConfigError("this is aura " + std::string(release) +
                      ", and the database was changed by a newer release (" + need->migration +
                      "): install aura " + need->release + " or later");
  }
  std::vector<std::string> applied;
  for (const auto& migration : migrations) {
    if (present.contains(number_of(migration))) continue;
    bool is_new = false;
    session.transaction_within(kPatience,
                               [&](Transaction& work) { is_new = apply(work, migration); });
    if (is_new) applied.emplace_back(migration.name);
  }
  return applied;
}

std::vector<std::string> migrate(Connection& connection) {
  return migrate_to(connection, schema_migrations(), release());
}

std::optional<SchemaNeed> find_newer_need(Connection& connection) {
  std::optional<SchemaNeed> need;
  connection.session().transaction_within(kPatience, [&](Transaction& work) {
    need = newer_need(work, schema_migrations(), release());
  });
  return need;
}

}  // namespace aura::postgres
