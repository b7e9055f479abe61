#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aura/postgres/session.h"
#include "aura/queue/queue.h"
#include "statements.h"

/// Helpers of Queue's source files: transactions over many rows, some of which may refuse.
namespace aura::queue {

/// Time limits of transactions. Others wait for heartbeats, rescues, releases and progress reports,
/// so these are short. A claim without its index reads much of the table.
inline constexpr std::chrono::seconds kQuick{5};
inline constexpr std::chrono::seconds kPatient{10};

/// Returns the first column of `rows`.
inline std::vector<std::int64_t> ids_of(const postgres::Result& rows) {
  std::vector<std::int64_t> ids;
  for (const auto& row : rows) ids.push_back(row[0].as<std::int64_t>());
  return ids;
}

/// Runs `statements` in one transaction and one round trip, and calls `take` with their results. If
/// the database refuses a statement, calls `row_by_row` in a new transaction instead; it returns
/// how many rows it wrote, and adds the rows that refused to its argument. Throws DatabaseError if
/// no row was written, no row's content is the cause, and none refused before: then the statement
/// is wrong, and setting rows aside would hide that.
template <typename Take, typename RowByRow>
void Queue::batch(std::chrono::milliseconds limit, std::vector<postgres::Statement> statements,
                  Take take, RowByRow row_by_row) {
  auto& session = connection_.session();
  try {
    take(session.execute_all_within(limit, std::move(statements)));
  } catch (const postgres::DatabaseError& refused) {
    const bool is_of_row = dynamic_cast<const postgres::RowRefused*>(&refused) != nullptr;
    std::vector<SetAside> set_aside;
    session.transaction_within(limit, [&](postgres::Transaction& transaction) {
      set_aside.clear();
      const int done = row_by_row(transaction, set_aside);
      const bool is_known = std::any_of(set_aside.begin(), set_aside.end(),
                                        [](const SetAside& row) { return row.tries > 1; });
      if (done == 0 && !is_of_row && !is_known) throw postgres::DatabaseError(refused.what());
    });
    set_aside_.insert(set_aside_.end(), set_aside.begin(), set_aside.end());
  }
}

/// Sets the job of `key` aside, the ctid of a row or a run's id, and returns the record.
/// `statement` was refused because of `why`.
template <typename Transaction, typename Key>
SetAside Queue::set_aside(Transaction& transaction, const std::string& sql,
                          const std::string& name_sql, const Key& key, std::string_view statement,
                          const std::string& why) {
  SetAside row{"(unreadable)", std::string(statement), why, 1};
  const auto noted = transaction.exec_params(sql, key, row.statement, why);
  if (!noted.empty()) row.tries = noted[0][0].template as<int>();
  transaction.attempt([&] {
    const auto name = transaction.exec_params(name_sql, key);
    if (!name.empty() && !name[0][0].is_null()) row.job_id = name[0][0].template as<std::string>();
  });
  return row;
}

template <typename Transaction>
SetAside Queue::set_run_aside(Transaction& transaction, std::int64_t run_id,
                              std::string_view statement, const std::string& why) {
  return set_aside(transaction, sql_->set_aside_run, sql_->name_of_run, run_id, statement, why);
}

}  // namespace aura::queue
