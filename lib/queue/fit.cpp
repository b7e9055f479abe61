#include "aura/queue/fit.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "aura/postgres/session.h"
#include "sql_files.h"
#include "statements.h"

namespace aura::queue {
namespace {

/// For about forty statements over a network that may be slow.
constexpr std::chrono::seconds kPatience{30};

/// Returns NULL for each parameter of `sql`, so that the server infers the types as at execution.
std::vector<std::optional<std::string>> no_values(const std::string& sql) {
  std::size_t most = 0;
  for (auto at = sql.find('$'); at != std::string::npos; at = sql.find('$', at + 1)) {
    std::size_t number = 0;
    for (auto i = at + 1; i < sql.size() && sql[i] >= '0' && sql[i] <= '9'; ++i)
      number = number * 10 + static_cast<std::size_t>(sql[i] - '0');
    most = std::max(most, number);
  }
  return std::vector<std::optional<std::string>>(most);
}

std::vector<Misfit> plan(postgres::Connection& connection, const NamedStatements& statements) {
  std::vector<Misfit> misfits;
  connection.session().transaction_within(kPatience, [&](postgres::Transaction& work) {
    misfits.clear();
    // Planning takes locks that block an ALTER TABLE, so it must not wait long while it holds them.
    work.exec_params("SET LOCAL lock_timeout = '5s'");
    std::vector<postgres::Statement> plans;
    for (const auto& [name, sql] : statements) {
      // Unlike PREPARE, EXPLAIN checks rights and leaves nothing in a pooler's session.
      plans.emplace_back("EXPLAIN " + sql);
      plans.back().values = no_values(sql);
    }
    const auto refusal = work.attempt([&] { work.exec_all(plans); });
    if (!refusal) return;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      const auto& statement = statements[i];
      const auto refused = work.attempt([&] { work.exec_all({plans[i]}); });
      if (refused) misfits.push_back({std::string(statement.first), refused->why});
    }
  });
  return misfits;
}

}  // namespace

std::vector<Misfit> find_misfits(postgres::Connection& connection, const QueueTable& table,
                                 bool in_turn) {
  auto misfits = plan(connection, Statements(table).all(in_turn));
  if (find_row_security(connection, table) == RowSecurity::kHidesAll) {
    misfits.push_back(
        {"use any row", "row-level security lets this role see no row, or update none"});
  }
  return misfits;
}

std::vector<Misfit> find_misfits_of_showing(postgres::Connection& connection,
                                            const QueueTable& table) {
  auto statements = status_statements(table);
  const auto listing = listing_statements(table);
  statements.insert(statements.end(), listing.begin(), listing.end());
  return plan(connection, statements);
}

RowSecurity find_row_security(postgres::Connection& connection, const QueueTable& table) {
  const auto row = connection.session().execute(sql::kFindRowSecurity, table.quoted)[0];
  if (!row["active"].as<bool>() || row["leaves_all"].as<bool>()) return RowSecurity::kOff;
  return row["may_see"].as<bool>() && row["may_update"].as<bool>() ? RowSecurity::kMayHide
                                                                   : RowSecurity::kHidesAll;
}

}  // namespace aura::queue
