#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aura/postgres/session.h"
#include "aura/queue/queue.h"
#include "aura/queue/states.h"
#include "statements.h"

/// Helpers of Queue's source files: transactions over many rows, some of which may refuse.
namespace aura::queue {

/// Time limits of transactions. Others wait for heartbeats, rescues, releases and progress reports,
/// so these are short. A claim without its index reads much of the table.
inline constexpr std::chrono::seconds kQuick{5};
inline constexpr std::chrono::seconds kPatient{10};

/// Returns PostgreSQL's text of an array: "{1,2}".
template <typename Number>
std::string array_literal(const std::vector<Number>& numbers) {
  std::string text = "{";
  for (const auto number : numbers) text += (text.size() > 1 ? "," : "") + std::to_string(number);
  return text + "}";
}

/// Returns the first column of `rows`.
inline std::vector<std::int64_t> ids_of(const pqxx::result& rows) {
  std::vector<std::int64_t> ids;
  for (const auto& row : rows) ids.push_back(row[0].as<std::int64_t>());
  return ids;
}

/// Throws RowRefused if a run of `ended` became cancelled only because the update of its row had no
/// effect. Call in the transaction that ended the runs.
inline void require_written(postgres::Transaction& transaction, const Statements& sql,
                            const pqxx::result& ended) {
  std::vector<std::int64_t> cancelled;
  for (const auto& row : ended) {
    if (row["state"].as<std::string>() == text_of(RunState::kCancelled))
      cancelled.push_back(row["id"].as<std::int64_t>());
  }
  if (cancelled.empty()) return;
  if (transaction.exec_params(sql.unwritten, array_literal(cancelled))[0][0].as<bool>())
    throw postgres::RowRefused(kNoEffect);
}

/// Calls `body` in a transaction. If the database refuses that, calls `row_by_row` in a new
/// transaction; it returns how many rows it wrote, and adds the rows that refused to its argument.
/// Throws DatabaseError if no row was written, no row's content is the cause, and none refused
/// before: then the statement is wrong, and setting rows aside would hide that.
template <typename Body, typename RowByRow>
void Queue::batch(std::chrono::milliseconds limit, Body body, RowByRow row_by_row) {
  auto& session = connection_.session();
  try {
    session.transaction_within(limit, body);
  } catch (const postgres::DatabaseError& refused) {
    const bool is_of_row = dynamic_cast<const postgres::RowRefused*>(&refused) != nullptr;
    std::vector<SetAside> set_aside;
    session.transaction_within(limit, [&](postgres::Transaction& transaction) {
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
