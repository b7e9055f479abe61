#include "aura/queue/queue.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "aura/base/text.h"
#include "aura/postgres/session.h"
#include "sql.h"
#include "statements.h"

namespace aura::queue {
namespace {

/// What a statement may take before it is given up and tried again. A beat, a rescue, a release and
/// a report of progress hold others up; a claim without its index reads much of the table.
constexpr std::chrono::seconds kQuick{5};
constexpr std::chrono::seconds kPatient{10};
/// More than any URL that can be fetched; a row may hold anything.
constexpr std::int64_t kMaxUrlChars = 16'384;

constexpr const char* kPrune = R"sql(
DELETE FROM aura.run WHERE id IN (
  SELECT id FROM aura.run WHERE state <> 'running' AND ended_at < now() - $1::bigint * interval '1 hour'
  ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED)
)sql";

constexpr const char* kPrunePictures = R"sql(
DELETE FROM aura.pictures WHERE job_id IN (
  SELECT job_id FROM aura.pictures WHERE created_at < now() - $1::bigint * interval '1 hour'
  ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
)sql";

constexpr const char* kPruneTurns = R"sql(
DELETE FROM aura.turn WHERE user_id IN (
  SELECT t.user_id FROM aura.turn t WHERE NOT EXISTS (SELECT FROM aura.run r WHERE r.id = t.run_id) LIMIT $1)
)sql";

constexpr const char* kState = "SELECT state FROM aura.run WHERE id = $1";

/// For rows that refuse a longer text.
constexpr std::string_view kShortFailure = "the analysis failed";
/// How many rows more than asked for a claim tries where some refuse.
constexpr int kMoreToTry = 8;

// One fair claim at a time, or two would serve the same users. "aurf".
constexpr const char* kTakeTurnLock = "SELECT pg_advisory_xact_lock(x'61757266'::bigint)";

std::string error_json(const Failure& failure) {
  auto message = failure.message;
  std::erase(message, '\0');  // which jsonb doesn't take
  return nlohmann::json{
      {"code", failure.code}, {"message", message}, {"retryable", failure.retryable}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <typename Number>
std::string array_literal(const std::vector<Number>& numbers) {
  std::string text = "{";
  for (const auto number : numbers) text += (text.size() > 1 ? "," : "") + std::to_string(number);
  return text + "}";
}

std::vector<std::int64_t> ids_of(const pqxx::result& rows) {
  std::vector<std::int64_t> ids;
  for (const auto& row : rows) ids.push_back(row[0].as<std::int64_t>());
  return ids;
}

/// What an ending that should have led to `wanted` has come to, of the state that the run is in.
Ending ending_of(std::string_view state, std::string_view wanted) {
  if (state == wanted) return Ending::kDone;
  const bool was_taken_back = state == "cancelled" || state == "superseded";
  return was_taken_back ? Ending::kCancelled : Ending::kLost;
}

/// Throws RowRefused where one of the runs that `ended` names has ended as cancelled only because
/// an update of its row had no effect.
void require_written(postgres::Transaction& transaction, const Statements& sql,
                     const pqxx::result& ended) {
  std::vector<std::int64_t> cancelled;
  for (const auto& row : ended) {
    if (row["state"].as<std::string>() == "cancelled")
      cancelled.push_back(row["id"].as<std::int64_t>());
  }
  if (cancelled.empty()) return;
  if (transaction.exec_params(sql.unwritten, array_literal(cancelled))[0][0].as<bool>())
    throw postgres::RowRefused(kNoEffect);
}

}  // namespace

Queue::Queue(postgres::Connection& connection, const QueueTable& table)
    : connection_(connection), sql_(std::make_unique<const Statements>(table)) {}
Queue::~Queue() = default;

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

std::vector<SetAside> Queue::take_set_aside() {
  return std::exchange(set_aside_, {});
}

std::vector<ClaimedJob> Queue::claim(const ClaimOptions& options) {
  std::vector<std::pair<std::string, ClaimedJob>> claimed;
  const auto take = [&](const pqxx::result& rows) {
    std::vector<std::int64_t> run_ids;
    for (const auto& row : rows) {
      if (row["run_id"].is_null()) {
        has_reserved_ = true;
        continue;
      }
      if (row["id"].is_null()) throw postgres::RowRefused(kNoEffect);
      if (row["job_id"].is_null()) throw postgres::RowRefused("the row has no jobId");
      ClaimedJob job;
      job.run_id = row["run_id"].as<std::int64_t>();
      job.attempt = row["attempt"].as<int>();
      job.crashes = row["crashes"].as<int>();
      job.waits = row["waits"].as<int>();
      job.faults = row["faults"].as<int>();
      job.job.id = row["id"].as<std::string>();
      job.job.job_id = row["job_id"].as<std::string>();
      run_ids.push_back(job.run_id);
      claimed.emplace_back(postgres::optional_text(row["created"]).value_or(""), std::move(job));
    }
    return run_ids;
  };
  const auto lease = static_cast<std::int64_t>(options.lease.count());
  const auto& sql = options.in_turn ? sql_->claim_in_turn : sql_->claim_oldest;
  const auto note_turns = [&](postgres::Transaction& transaction,
                              const std::vector<std::int64_t>& run_ids) {
    if (options.in_turn && !run_ids.empty())
      transaction.exec_params(sql_->note_turns, array_literal(run_ids));
  };
  const auto begin = [&](postgres::Transaction& transaction) {
    claimed.clear();
    has_reserved_ = false;
    if (options.in_turn) transaction.exec(kTakeTurnLock);
  };
  const auto claim_all = [&](postgres::Transaction& transaction) {
    begin(transaction);
    note_turns(transaction, take(transaction.exec_params(sql, options.limit, options.worker_id,
                                                         lease, options.is_idle)));
  };
  const auto claim_each = [&](postgres::Transaction& transaction,
                              std::vector<SetAside>& set_aside) {
    begin(transaction);
    auto rows = transaction.exec_params(sql_->suspect_row, options.worker_id);
    const bool is_suspect = !rows.empty();
    if (!is_suspect) {
      rows = transaction.exec_params(options.in_turn ? sql_->in_turn_rows : sql_->oldest_rows,
                                     options.limit + kMoreToTry, options.worker_id);
    }
    int done = 0;
    for (const auto& row : rows) {
      if (done == options.limit) break;
      const auto ctid = row[0].as<std::string>();
      const auto before = claimed.size();
      const auto refusal = transaction.attempt([&] {
        const auto got = is_suspect
                             ? transaction.exec_params(sql, options.limit, options.worker_id, lease,
                                                       options.is_idle)
                             : transaction.exec_params(sql_->claim_row, ctid, options.worker_id,
                                                       lease, options.is_idle);
        note_turns(transaction, take(got));
      });
      if (!refusal) {
        ++done;
        continue;
      }
      claimed.resize(before);
      set_aside.push_back(this->set_aside(transaction, sql_->set_aside_row, sql_->name_of_row, ctid,
                                          "claim", refusal->why));
    }
    return done;
  };
  batch(kPatient, claim_all, claim_each);
  // RETURNING keeps no order.
  std::sort(claimed.begin(), claimed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.job.id) < std::tie(b.first, b.second.job.id);
  });
  std::vector<ClaimedJob> jobs;
  jobs.reserve(claimed.size());
  for (auto& [created, job] : claimed) jobs.push_back(std::move(job));
  if (options.on_claimed) options.on_claimed(jobs);
  if (!jobs.empty()) read_text(jobs, options.max_lyrics_bytes);
  return jobs;
}

void Queue::read_text(std::vector<ClaimedJob>& jobs, std::size_t max_lyrics_bytes) {
  std::map<std::int64_t, Job*> job_of;
  for (auto& job : jobs) job_of[job.run_id] = &job.job;
  const auto read = [&](const std::vector<std::int64_t>& run_ids) {
    // One character more than the limit tells whether there was more.
    for (const auto& row : connection_.session().execute_within(
             kPatient, sql_->text, array_literal(run_ids), kMaxUrlChars,
             static_cast<std::int64_t>(max_lyrics_bytes + 1))) {
      auto& job = *job_of.at(row["run_id"].as<std::int64_t>());
      job.audio_url = row["audio_url"].as<std::string>();
      job.lyrics = postgres::optional_text(row["lyrics"]);
      if (job.lyrics) job.lyrics_cut = cut_utf8(*job.lyrics, max_lyrics_bytes);
    }
  };
  std::vector<std::int64_t> run_ids;
  run_ids.reserve(jobs.size());
  for (const auto& [run_id, job] : job_of) run_ids.push_back(run_id);
  try {
    read(run_ids);
  } catch (const postgres::RowRefused&) {
    for (const auto& [run_id, job] : job_of) {
      try {
        read({run_id});
      } catch (const postgres::RowRefused& refused) {
        job->unreadable = refused.what();
      }
    }
  }
}

std::vector<std::int64_t> Queue::report_progress(const std::vector<ProgressReport>& reports) {
  std::vector<std::int64_t> ours;
  const auto write = [&](postgres::Transaction& transaction,
                         const std::vector<ProgressReport>& some) {
    std::vector<std::int64_t> run_ids;
    std::vector<int> percents;
    for (const auto& [run_id, percent] : some) {
      run_ids.push_back(run_id);
      percents.push_back(percent);
    }
    return ids_of(
        transaction.exec_params(sql_->progress, array_literal(run_ids), array_literal(percents)));
  };
  const auto add = [&](const std::vector<std::int64_t>& run_ids) {
    ours.insert(ours.end(), run_ids.begin(), run_ids.end());
  };
  batch(
      kQuick, [&](postgres::Transaction& transaction) { ours = write(transaction, reports); },
      [&](postgres::Transaction& transaction, std::vector<SetAside>&) {
        ours.clear();
        int done = 0;
        for (const auto& report : reports) {
          std::vector<std::int64_t> still;
          if (!transaction.attempt([&] { still = write(transaction, {report}); })) {
            ++done;
          } else {  // a bar that stays where it is
            still = ids_of(
                transaction.exec_params(sql_->held, array_literal(std::vector{report.run_id})));
          }
          add(still);
        }
        return done;
      });
  std::sort(ours.begin(), ours.end());
  return ours;
}

template <typename... Arguments>
Ending Queue::end(std::string_view state, std::int64_t run_id, const std::string& sql,
                  const Arguments&... arguments) {
  pqxx::result rows;
  connection_.session().transaction_within(kPatient, [&](postgres::Transaction& transaction) {
    rows = transaction.exec_params(sql, array_literal(std::vector{run_id}), arguments...);
    require_written(transaction, *sql_, rows);
    // No run to end: either it was lost, or this very ending was written before and its answer
    // lost.
    if (rows.empty()) rows = transaction.exec_params(kState, run_id);
  });
  return ending_of(rows.empty() ? "" : rows[0][0].template as<std::string>(), state);
}

Ending Queue::complete(std::int64_t run_id, const Result& result) {
  return end("completed", run_id, sql_->complete, result.hit_factor, result.audio_score,
             result.lyrics_score, result.brand_score, result.market_score,
             result.recommendations_json, result.similar_hits_json, result.full_report_json,
             result.model_version, static_cast<std::int64_t>(result.processing_time.count()),
             result.pictures_json);
}

Ending Queue::retry(std::int64_t run_id, const Failure& failure, std::chrono::milliseconds wait) {
  return end("retrying", run_id, sql_->retry, static_cast<std::int64_t>(wait.count()),
             error_json(failure));
}

Ending Queue::postpone(std::int64_t run_id, const Failure& reason, std::chrono::milliseconds wait) {
  return end("released", run_id, sql_->postpone, static_cast<std::int64_t>(wait.count()),
             error_json(reason));
}

Ending Queue::excuse(std::int64_t run_id, const Failure& reason) {
  return end("released", run_id, sql_->excuse, error_json(reason));
}

Ending Queue::fail(std::int64_t run_id, const Failure& failure, int percent) {
  const auto error = error_json(failure);
  const auto write = [&](const std::string& message) {
    return end("failed", run_id, sql_->fail, message, error, percent);
  };
  try {
    return write(failure.message);
  } catch (const postgres::DatabaseError&) {
    // It may be the text.
  }
  try {
    return write(std::string(kShortFailure));
  } catch (const postgres::DatabaseError& refused) {
    return strand(run_id, error, refused.what());
  }
}

Ending Queue::strand(std::int64_t run_id, const std::string& error, const std::string& why) {
  pqxx::result rows;
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
  return ending_of(rows.empty() ? "" : rows[0][0].as<std::string>(), "failed");
}

void Queue::write_stranded() {
  connection_.session().transaction_within(kQuick, [&](postgres::Transaction& transaction) {
    for (const auto& row : transaction.exec(sql_->stranded)) {
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
  return end("lost", run_id, sql_->abandon);
}

std::vector<std::int64_t> Queue::put_back(const std::string& sql,
                                          const std::vector<std::int64_t>& run_ids,
                                          std::string_view statement) {
  if (run_ids.empty()) return {};
  std::vector<std::int64_t> ended;
  const auto write = [&](postgres::Transaction& transaction,
                         const std::vector<std::int64_t>& some) {
    const auto rows = transaction.exec_params(sql, array_literal(some));
    require_written(transaction, *sql_, rows);
    for (const auto& row : rows) ended.push_back(row["id"].as<std::int64_t>());
  };
  batch(
      kQuick,
      [&](postgres::Transaction& transaction) {
        write(transaction, run_ids);
        transaction.exec(kWake);  // others may have idle threads
      },
      [&](postgres::Transaction& transaction, std::vector<SetAside>& set_aside) {
        ended.clear();
        for (const auto run_id : run_ids) {
          const auto before = ended.size();
          const auto refusal = transaction.attempt([&] { write(transaction, {run_id}); });
          if (refusal) ended.resize(before);
          if (refusal)
            set_aside.push_back(set_run_aside(transaction, run_id, statement, refusal->why));
        }
        transaction.exec(kWake);
        return static_cast<int>(ended.size());
      });
  std::sort(ended.begin(), ended.end());
  return ended;
}

int Queue::abandon_strays(const std::string& worker_id, const std::vector<std::int64_t>& known) {
  const auto strays = ids_of(
      connection_.session().execute_within(kQuick, sql_->strays, worker_id, array_literal(known)));
  return static_cast<int>(put_back(sql_->abandon, strays, "abandon").size());
}

std::vector<std::int64_t> Queue::extend(const std::vector<std::int64_t>& run_ids,
                                        std::chrono::milliseconds lease) {
  // A server that is silent must not keep the next try, over a new connection, from being in time.
  const auto limit =
      std::clamp<std::chrono::milliseconds>(lease / 3, std::chrono::seconds(1), kQuick);
  return ids_of(connection_.session().execute_within(limit, sql_->extend, array_literal(run_ids),
                                                     static_cast<std::int64_t>(lease.count())));
}

std::vector<std::int64_t> Queue::held(const std::vector<std::int64_t>& run_ids) {
  return ids_of(connection_.session().execute_within(kQuick, sql_->held, array_literal(run_ids)));
}

std::vector<Queue::Rescued> Queue::rescue(const RescueOptions& options) {
  std::vector<Rescued> rescued;
  std::vector<Rescued> found;
  int looked_at = 0;
  const auto rescue = [&](postgres::Transaction& transaction, std::optional<std::int64_t> run_id) {
    const auto rows = transaction.exec_params(
        sql_->rescue, options.max_retries, options.max_crashes,
        static_cast<std::int64_t>(options.spread.count()), run_id, options.charges_nothing);
    require_written(transaction, *sql_, rows);
    for (const auto& row : rows) {
      ++looked_at;
      if (row["state"].as<std::string>() == "cancelled") continue;  // taken back or deleted
      found.push_back({row["id"].as<std::int64_t>(),
                       postgres::optional_text(row["job_id"]).value_or(""),
                       row["attempt"].as<int>(), row["worker_id"].as<std::string>(),
                       row["crashes"].as<int>(), row["failed"].as<bool>()});
    }
  };
  do {
    looked_at = 0;
    batch(
        kQuick,
        [&](postgres::Transaction& transaction) {
          found.clear();
          rescue(transaction, std::nullopt);
        },
        [&](postgres::Transaction& transaction, std::vector<SetAside>& set_aside) {
          found.clear();
          looked_at = 0;
          for (const auto run_id :
               ids_of(transaction.exec_params(sql_->expired, kStatementBatch))) {
            const auto before = found.size();
            const auto refusal = transaction.attempt([&] { rescue(transaction, run_id); });
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
    for (const auto& charged :
         transaction.exec_params(sql_->clear_charges, array_literal(run_ids))) {
      ++charges;
      // Where the row refuses that, it stays failed.
      transaction.attempt([&] {
        const auto revived =
            transaction.exec_params(sql_->revive, charged["id"].as<std::int64_t>(), max_retries);
        if (revived.empty()) return;
        transaction.exec_params(sql_->reopen_gate, revived[0]["job_id"].as<std::string>(),
                                revived[0]["attempt"].as<int>(),
                                charged["charged_crashes"].as<int>() - 1);
      });
    }
    if (charges > 0) transaction.exec(kWake);
  });
  return charges;
}

void Queue::forget_ended() {
  connection_.session().execute_within(kQuick, sql_->forget);
}

int Queue::prune(std::chrono::hours retention, int limit) {
  auto& session = connection_.session();
  session.execute_within(kQuick, kPruneTurns, limit);
  return static_cast<int>(
      session.execute_within(kQuick, kPrune, static_cast<std::int64_t>(retention.count()), limit)
          .affected_rows());
}

int Queue::prune_pictures(std::chrono::hours retention, int limit) {
  return static_cast<int>(connection_.session()
                              .execute_within(kQuick, kPrunePictures,
                                              static_cast<std::int64_t>(retention.count()), limit)
                              .affected_rows());
}

bool Queue::has_work() {
  return connection_.session().execute_within(kPatient, sql_->has_work)[0][0].as<bool>();
}

}  // namespace aura::queue
