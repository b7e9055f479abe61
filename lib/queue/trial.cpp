#include "trial.h"

#include <chrono>
#include <optional>

#include "aura/postgres/session.h"
#include "aura/queue/states.h"
#include "sql_files.h"
#include "statements.h"

namespace aura::queue {
namespace {

constexpr std::chrono::seconds kPatience{10};

/// Values as large as those of typical results and failures.
constexpr double kScore = 100;
constexpr int kProcessingMs = 60'000;
constexpr const char* kModelVersion = "AURA-v2.1";
constexpr const char* kFailure =
    "the host of this link answered 404 (Not Found): check that the link is right and that it has "
    "not expired, then submit the track again";
constexpr const char* kShortFailure = "the analysis failed";
constexpr std::size_t kReportBytes = 3'000;

std::string recommendations() {
  std::string json = "[";
  for (const char* type : {"production", "arrangement", "lyrics", "marketing"}) {
    json +=
        std::string(json.size() > 1 ? "," : "") + R"({"type":")" + type +
        R"(","note":"The mix leaves room for more: compare it with a released track.","priority":"medium"})";
  }
  return json + "]";
}

std::string report() {
  return R"({"features":{},"text":")" + std::string(kReportBytes, 'x') + R"("})";
}

/// Calls `body` in a transaction and rolls back.
template <typename Body>
void undone(postgres::Connection& connection, Body body) {
  struct Undo {};
  try {
    connection.session().transaction_within(kPatience, [&](postgres::Transaction& work) {
      work.exec_params("SET LOCAL lock_timeout = '1s'");
      body(work);
      throw Undo{};
    });
  } catch (const Undo&) {
    // Thrown to roll back.
  }
}

class Trying {
 public:
  Trying(postgres::Connection& connection, const QueueTable& table)
      : connection_(connection), table_(table), sql_(table) {}

  Trial run() && {
    for (const auto status :
         {JobStatus::kQueued, JobStatus::kFailed, JobStatus::kCompleted, JobStatus::kProcessing}) {
      const auto rows = connection_.session().execute(for_table(sql::kFindRowsToTry, table_),
                                                      std::string(text_of(status)));
      for (const auto& row : rows) {
        try_row(row[0].as<std::string>(), status == JobStatus::kQueued);
        if (trial_.taking > 0) return std::move(trial_);
      }
    }
    return std::move(trial_);
  }

 private:
  enum class Outcome { kTakes, kRefuses, kUnclear };

  void try_row(const std::string& id, bool is_queued) {
    auto outcome = Outcome::kTakes;
    try {
      for (const bool succeeds : {false, true})
        if (outcome == Outcome::kTakes) outcome = live(id, is_queued, succeeds);
    } catch (const postgres::DatabaseLost&) {
      outcome = Outcome::kUnclear;  // another transaction has locked the row
    }
    if (outcome == Outcome::kTakes) ++trial_.taking;
    if (outcome == Outcome::kUnclear) ++trial_.unclear;
    if (outcome == Outcome::kRefuses) trial_.refusals.back().job_id = name_of(id);
  }

  /// Writes to the row what a worker writes for a job that completes, or fails.
  Outcome live(const std::string& id, bool is_queued, bool succeeds) {
    auto outcome = Outcome::kTakes;
    undone(connection_, [&](postgres::Transaction& work) {
      const auto write = [&](const std::string& sql, const auto&... values) {
        return work.attempt([&] {
          if (work.exec_params(sql, id, values...).affected_rows() == 0)
            throw postgres::RowRefused(kNoEffect);
        });
      };
      const auto become = [&](const char* step, const std::string& sql, const auto&... values) {
        if (outcome != Outcome::kTakes) return;
        const auto refusal = write(sql, values...);
        if (!refusal) return;
        outcome = Outcome::kRefuses;
        trial_.refusals.push_back({id, step, refusal->why});
      };
      if (!is_queued) {
        // No worker writes this. If an ended row refuses it, other rows may still accept all.
        if (const auto refusal = write(sql_.write_anew)) {
          outcome = Outcome::kUnclear;
          if (refusal->is_of_row) return;
          outcome = Outcome::kTakes;
          return become("queued", sql_.write_anew);
        }
      }
      become("claimed", sql_.write_claimed);
      if (succeeds) {
        return become("completed", sql_.write_completed, kScore, kScore, kScore, kScore, kScore,
                      recommendations(), "[]", report(), kModelVersion, kProcessingMs);
      }
      become("10 % done", sql_.write_progress, 10);
      become("put back", sql_.write_back);
      become("claimed again", sql_.write_claimed);
      if (outcome != Outcome::kTakes) return;
      const auto refusal = write(sql_.write_failed, kFailure, 10);
      if (refusal) become("failed", sql_.write_failed, kShortFailure, 10);
      if (refusal && outcome == Outcome::kTakes) trial_.no_long_text = refusal->why;
    });
    return outcome;
  }

  std::string name_of(const std::string& id) try {
    const auto rows = connection_.session().execute(for_table(sql::kNameAJobToTry, table_), id);
    return rows.empty() ? id : rows[0][0].as<std::string>();
  } catch (const postgres::DatabaseError&) {
    return id;
  }

  postgres::Connection& connection_;
  const QueueTable& table_;
  const Statements sql_;
  Trial trial_;
};

}  // namespace

Trial try_writes(postgres::Connection& connection, const QueueTable& table) {
  return Trying(connection, table).run();
}

}  // namespace aura::queue
