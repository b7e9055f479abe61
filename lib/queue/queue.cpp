#include "aura/queue/queue.h"

#include <algorithm>
#include <utility>

#include "batches.h"
#include "sql_files.h"

namespace aura::queue {

Queue::Queue(postgres::Connection& connection, const QueueTable& table)
    : connection_(connection), sql_(std::make_unique<const Statements>(table)) {}
Queue::~Queue() = default;

std::vector<SetAside> Queue::take_set_aside() {
  return std::exchange(set_aside_, {});
}

std::vector<std::int64_t> Queue::report_progress(const std::vector<ProgressReport>& reports) {
  std::vector<std::int64_t> ours;
  const auto writing = [&](const std::vector<ProgressReport>& some) {
    std::vector<std::int64_t> run_ids;
    std::vector<int> percents;
    for (const auto& [run_id, percent] : some) {
      run_ids.push_back(run_id);
      percents.push_back(percent);
    }
    return postgres::Statement(sql_->progress, postgres::array_literal(run_ids),
                               postgres::array_literal(percents));
  };
  const auto add = [&](const std::vector<std::int64_t>& run_ids) {
    ours.insert(ours.end(), run_ids.begin(), run_ids.end());
  };
  batch(
      kQuick, {writing(reports)}, [&](const auto& results) { ours = ids_of(results.front()); },
      [&](postgres::Transaction& transaction, std::vector<SetAside>&) {
        ours.clear();
        int done = 0;
        for (const auto& report : reports) {
          std::vector<std::int64_t> still;
          if (!transaction.attempt(
                  [&] { still = ids_of(transaction.exec_all({writing({report})}).front()); })) {
            ++done;
          } else {  // the row keeps its old progress
            still = ids_of(transaction.exec_params(
                sql_->held, postgres::array_literal(std::vector{report.run_id})));
          }
          add(still);
        }
        return done;
      });
  std::sort(ours.begin(), ours.end());
  return ours;
}

void Queue::forget_ended() {
  connection_.session().execute_within(kQuick, sql_->forget);
}

int Queue::prune(std::chrono::hours retention, int limit) {
  auto& session = connection_.session();
  session.execute_within(kQuick, sql::kPruneTurns, limit);
  return static_cast<int>(session
                              .execute_within(kQuick, sql::kPruneRuns,
                                              static_cast<std::int64_t>(retention.count()), limit)
                              .affected_rows());
}

int Queue::prune_pictures(std::chrono::hours retention, int limit) {
  return static_cast<int>(connection_.session()
                              .execute_within(kQuick, sql::kPrunePictures,
                                              static_cast<std::int64_t>(retention.count()), limit)
                              .affected_rows());
}

bool Queue::has_work() {
  return connection_.session().execute_within(kPatient, sql_->has_work)[0][0].as<bool>();
}

}  // namespace aura::queue
