#include "aura/queue/queue.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "batches.h"
#include "sql.h"

namespace aura::queue {
namespace {

constexpr const char* kState = "SELECT state FROM aura.run WHERE id = $1";

/// The message for rows that refuse a longer text.
constexpr std::string_view kShortFailure = "the analysis failed";

std::string error_json(const Failure& failure) {
  auto message = failure.message;
  std::erase(message, '\0');  // jsonb refuses NUL
  return nlohmann::json{
      {"code", failure.code}, {"message", message}, {"retryable", failure.retryable}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Returns the result of an ending as `wanted`, given the state that the run is in now.
Ending ending_of(std::string_view state, RunState wanted) {
  if (state == text_of(wanted)) return Ending::kDone;
  const bool was_taken_back =
      state == text_of(RunState::kCancelled) || state == text_of(RunState::kSuperseded);
  return was_taken_back ? Ending::kCancelled : Ending::kLost;
}

}  // namespace

template <typename... Arguments>
Ending Queue::end(RunState state, std::int64_t run_id, const std::string& sql,
                  const Arguments&... arguments) {
  auto& session = connection_.session();
  auto rows =
      session
          .execute_all_within(
              kPatient,
              {postgres::Statement(sql, postgres::array_literal(std::vector{run_id}), arguments...),
               postgres::Statement(sql_->require_written)})
          .front();
  // The run had ended before: by others, or by this ending, whose answer was lost.
  if (rows.empty()) rows = session.execute_within(kPatient, kState, run_id);
  return ending_of(rows.empty() ? "" : rows[0][0].template as<std::string>(), state);
}

Ending Queue::complete(std::int64_t run_id, const Result& result) {
  return end(RunState::kCompleted, run_id, sql_->complete, result.hit_factor, result.audio_score,
             result.lyrics_score, result.brand_score, result.market_score,
             result.recommendations_json, result.similar_hits_json, result.full_report_json,
             result.model_version, static_cast<std::int64_t>(result.processing_time.count()),
             result.pictures_json);
}

Ending Queue::retry(std::int64_t run_id, const Failure& failure, std::chrono::milliseconds wait) {
  return end(RunState::kRetrying, run_id, sql_->retry, static_cast<std::int64_t>(wait.count()),
             error_json(failure));
}

Ending Queue::postpone(std::int64_t run_id, const Failure& reason, std::chrono::milliseconds wait) {
  return end(RunState::kPostponed, run_id, sql_->postpone, static_cast<std::int64_t>(wait.count()),
             error_json(reason));
}

Ending Queue::excuse(std::int64_t run_id, const Failure& reason) {
  return end(RunState::kReleased, run_id, sql_->excuse, error_json(reason));
}

Ending Queue::fail(std::int64_t run_id, const Failure& failure, int percent) {
  const auto error = error_json(failure);
  const auto write = [&](const std::string& message) {
    return end(RunState::kFailed, run_id, sql_->fail, message, error, percent);
  };
  try {
    return write(failure.message);
  } catch (const postgres::DatabaseError&) {
    // The text may be the cause.
  }
  try {
    return write(std::string(kShortFailure));
  } catch (const postgres::DatabaseError& refused) {
    return strand(run_id, error, refused.what());
  }
}

Ending Queue::strand(std::int64_t run_id, const std::string& error, const std::string& why) {
  postgres::Result rows;
  std::optional<SetAside> row;
  connection_.session().transaction_within(kPatient, [&](postgres::Transaction& transaction) {
    rows = transaction.exec_params(sql_->strand, run_id, error);
    if (!rows.empty()) {
      row = set_run_aside(transaction, run_id, "fail", why);
    } else {
      rows = transaction.exec_params(kState, run_id);
    }
  });
  if (row) set_aside_.push_back(std::move(*row));
  return ending_of(rows.empty() ? "" : rows[0][0].as<std::string>(), RunState::kFailed);
}

void Queue::write_stranded() {
  // Usually there are none, which one round trip shows.
  if (connection_.session().execute_within(kQuick, sql_->stranded).empty()) return;
  connection_.session().transaction_within(kQuick, [&](postgres::Transaction& transaction) {
    for (const auto& row : transaction.exec_params(sql_->stranded)) {
      const auto id = row[0].as<std::string>();
      const auto refusal = transaction.attempt([&] {
        const auto rows = transaction.exec_params(sql_->unstrand, id);
        if (!rows.empty() && rows[0][0].as<bool>()) throw postgres::RowRefused(kNoEffect);
      });
      if (refusal) transaction.exec_params(sql_->delay, id, refusal->why);
    }
  });
}

std::vector<std::int64_t> Queue::release(const std::vector<std::int64_t>& run_ids) {
  return put_back(sql_->release, run_ids, "release");
}

Ending Queue::abandon(std::int64_t run_id) {
  return end(RunState::kLost, run_id, sql_->abandon);
}

std::vector<std::int64_t> Queue::put_back(const std::string& sql,
                                          const std::vector<std::int64_t>& run_ids,
                                          std::string_view statement) {
  if (run_ids.empty()) return {};
  std::vector<std::int64_t> ended;
  const auto writing = [&](const std::vector<std::int64_t>& some) {
    return std::vector{postgres::Statement(sql, postgres::array_literal(some)),
                       postgres::Statement(sql_->require_written)};
  };
  const auto take = [&](const std::vector<postgres::Result>& results) {
    for (const auto& row : results.front()) ended.push_back(row["id"].as<std::int64_t>());
  };
  auto statements = writing(run_ids);
  statements.emplace_back(kWake);  // other workers may have idle threads
  batch(kQuick, std::move(statements), take,
        [&](postgres::Transaction& transaction, std::vector<SetAside>& set_aside) {
          ended.clear();
          for (const auto run_id : run_ids) {
            const auto before = ended.size();
            const auto refusal =
                transaction.attempt([&] { take(transaction.exec_all(writing({run_id}))); });
            if (refusal) ended.resize(before);
            if (refusal)
              set_aside.push_back(set_run_aside(transaction, run_id, statement, refusal->why));
          }
          transaction.exec_params(kWake);
          return static_cast<int>(ended.size());
        });
  std::sort(ended.begin(), ended.end());
  return ended;
}

int Queue::abandon_strays(const std::string& worker_id, const std::vector<std::int64_t>& known) {
  const auto strays = ids_of(connection_.session().execute_within(kQuick, sql_->strays, worker_id,
                                                                  postgres::array_literal(known)));
  return static_cast<int>(put_back(sql_->abandon, strays, "abandon").size());
}

}  // namespace aura::queue
