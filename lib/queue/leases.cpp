#include "aura/queue/queue.h"

#include <algorithm>
#include <optional>

#include "batches.h"
#include "sql.h"

namespace aura::queue {

std::vector<std::int64_t> Queue::extend(const std::vector<std::int64_t>& run_ids,
                                        std::chrono::milliseconds lease) {
  // If the server is silent, the next try, over a new connection, must still be in time.
  const auto limit =
      std::clamp<std::chrono::milliseconds>(lease / 3, std::chrono::seconds(1), kQuick);
  return ids_of(connection_.session().execute_within(limit, sql_->extend,
                                                     postgres::array_literal(run_ids),
                                                     static_cast<std::int64_t>(lease.count())));
}

std::vector<std::int64_t> Queue::held(const std::vector<std::int64_t>& run_ids) {
  return ids_of(
      connection_.session().execute_within(kQuick, sql_->held, postgres::array_literal(run_ids)));
}

std::vector<Queue::Rescued> Queue::rescue(const RescueOptions& options) {
  std::vector<Rescued> rescued;
  std::vector<Rescued> found;
  int looked_at = 0;
  const auto rescuing = [&](std::optional<std::int64_t> run_id) {
    return std::vector{postgres::Statement(sql_->rescue, options.max_retries, options.max_crashes,
                                           static_cast<std::int64_t>(options.spread.count()),
                                           run_id, options.charges_nothing),
                       postgres::Statement(sql_->require_written)};
  };
  const auto take = [&](const std::vector<postgres::Result>& results) {
    for (const auto& row : results.front()) {
      ++looked_at;
      if (row["state"].as<std::string>() == text_of(RunState::kCancelled))
        continue;  // the row was deleted, edited or cancelled
      found.push_back({row["id"].as<std::int64_t>(),
                       postgres::optional_text(row["job_id"]).value_or(""),
                       row["attempt"].as<int>(), row["worker_id"].as<std::string>(),
                       row["crashes"].as<int>(), row["failed"].as<bool>()});
    }
  };
  do {
    looked_at = 0;
    found.clear();
    batch(kQuick, rescuing(std::nullopt), take,
          [&](postgres::Transaction& transaction, std::vector<SetAside>& set_aside) {
            found.clear();
            looked_at = 0;
            for (const auto run_id :
                 ids_of(transaction.exec_params(sql_->expired, kStatementBatch))) {
              const auto before = found.size();
              const auto refusal =
                  transaction.attempt([&] { take(transaction.exec_all(rescuing(run_id))); });
              if (!refusal) continue;
              found.resize(before);
              set_aside.push_back(set_run_aside(transaction, run_id, "rescue", refusal->why));
            }
            return static_cast<int>(found.size());
          });
    rescued.insert(rescued.end(), found.begin(), found.end());
  } while (looked_at >= kStatementBatch);
  return rescued;
}

std::optional<std::chrono::milliseconds> Queue::next_expiry() {
  const auto rows = connection_.session().execute_within(kQuick, sql_->next_expiry);
  if (rows[0][0].is_null()) return std::nullopt;
  return std::chrono::milliseconds(std::max<std::int64_t>(rows[0][0].as<std::int64_t>(), 0));
}

int Queue::take_back_charges(const std::vector<std::int64_t>& run_ids, int max_retries) {
  int charges = 0;
  connection_.session().transaction_within(kQuick, [&](postgres::Transaction& transaction) {
    charges = 0;
    for (const auto& charged :
         transaction.exec_params(sql_->clear_charges, postgres::array_literal(run_ids))) {
      ++charges;
      // If the row refuses, the job stays failed.
      transaction.attempt([&] {
        const auto revived =
            transaction.exec_params(sql_->revive, charged["id"].as<std::int64_t>(), max_retries);
        if (revived.empty()) return;
        transaction.exec_params(sql_->reopen_gate, revived[0]["job_id"].as<std::string>(),
                                revived[0]["attempt"].as<int>(),
                                charged["charged_crashes"].as<int>() - 1);
      });
    }
    if (charges > 0) transaction.exec_params(kWake);
  });
  return charges;
}

}  // namespace aura::queue
