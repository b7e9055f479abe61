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

/// What the parts of Queue share: transactions over many rows of which some may refuse.
namespace aura::queue {

/// What a statement may take before it is given up and tried again. Heartbeats, rescues, releases
/// and progress reports hold others up; a claim without its index reads much of the table.
inline constexpr std::chrono::seconds kQuick{5};
inline constexpr std::chrono::seconds kPatient{10};

template <typename Number>
std::string array_literal(const std::vector<Number>& numbers) {
  std::string text = "{";
  for (const auto number : numbers) text += (text.size() > 1 ? "," : "") + std::to_string(number);
  return text + "}";
}

inline std::vector<std::int64_t> ids_of(const pqxx::result& rows) {
  std::vector<std::int64_t> ids;
  for (const auto& row : rows) ids.push_back(row[0].as<std::int64_t>());
  return ids;
}

/// Throws RowRefused where one of the runs that `ended` names has ended as cancelled only because
/// an update of its row had no effect.
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

/// Runs `body` in a transaction and, where the database refuses that, `row_by_row`, which returns
/// how many rows it could do. Where it could do none and the refusal is of no row, the statement
/// itself is at fault, unless the rows are known to refuse: setting rows aside would hide that.
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

/// Sets aside what `key` names: a row's ctid, or a run.
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
