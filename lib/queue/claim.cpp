#include "aura/queue/queue.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "aura/base/text.h"
#include "batches.h"

namespace aura::queue {
namespace {

/// More than any usable URL has; a row may hold anything.
constexpr std::int64_t kMaxUrlChars = 16'384;
/// How many additional rows a claim tries if some refuse.
constexpr int kMoreToTry = 8;

// Two claims in turn at once would serve the same users. The number spells "aurf".
constexpr const char* kTakeTurnLock = "SELECT pg_advisory_xact_lock(x'61757266'::bigint)";

/// One claim: all rows at once or, if a row refuses, row by row.
class Claim {
 public:
  Claim(const Statements& sql, const Queue::ClaimOptions& options)
      : sql_(sql),
        options_(options),
        claim_(options.in_turn ? sql.claim_in_turn : sql.claim_oldest),
        lease_ms_(options.lease.count()) {}

  bool has_reserved() const noexcept { return has_reserved_; }

  /// Returns the statements that claim all rows at once.
  std::vector<postgres::Statement> all() const {
    std::vector<postgres::Statement> statements;
    if (options_.in_turn) statements.emplace_back(kTakeTurnLock);
    statements.push_back(claim_rows());
    if (options_.in_turn) statements.push_back(note_turns());
    return statements;
  }
  /// Takes the results of all().
  void take_all(const std::vector<postgres::Result>& results) {
    begin();
    take(results[options_.in_turn ? 1 : 0]);
  }

  /// Returns how many rows it claimed. Calls `refuse` with the ctid of each other row and the
  /// reason.
  template <typename Refuse>
  int each(postgres::Transaction& transaction, Refuse refuse) {
    begin();
    if (options_.in_turn) transaction.exec_params(kTakeTurnLock);
    auto rows = transaction.exec_params(sql_.suspect_row, options_.worker_id);
    const bool is_suspect = !rows.empty();
    if (!is_suspect) {
      rows = transaction.exec_params(options_.in_turn ? sql_.in_turn_rows : sql_.oldest_rows,
                                     options_.limit + kMoreToTry, options_.worker_id);
    }
    int done = 0;
    for (const auto& row : rows) {
      if (done == options_.limit) break;
      const auto ctid = row[0].as<std::string>();
      const auto before = claimed_.size();
      const auto refusal = transaction.attempt([&] {
        std::vector<postgres::Statement> statements{is_suspect ? claim_rows() : claim_row(ctid)};
        if (options_.in_turn) statements.push_back(note_turns());
        take(transaction.exec_all(std::move(statements)).front());
      });
      if (!refusal) {
        ++done;
        continue;
      }
      claimed_.resize(before);
      refuse(ctid, refusal->why);
    }
    return done;
  }

  /// Returns the claimed jobs, oldest first. Sorts them, because RETURNING keeps no order.
  std::vector<ClaimedJob> jobs() && {
    std::sort(claimed_.begin(), claimed_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first, a.second.job.id) < std::tie(b.first, b.second.job.id);
    });
    std::vector<ClaimedJob> jobs;
    jobs.reserve(claimed_.size());
    for (auto& [created, job] : claimed_) jobs.push_back(std::move(job));
    return jobs;
  }

 private:
  void begin() {
    claimed_.clear();
    has_reserved_ = false;
  }

  postgres::Statement claim_rows() const {
    return postgres::Statement(claim_, options_.limit, options_.worker_id, lease_ms_,
                               options_.is_idle);
  }

  postgres::Statement claim_row(const std::string& ctid) const {
    return postgres::Statement(sql_.claim_row, ctid, options_.worker_id, lease_ms_,
                               options_.is_idle);
  }

  postgres::Statement note_turns() const {
    return postgres::Statement(sql_.note_turns, options_.worker_id);
  }

  void take(const postgres::Result& rows) {
    for (const auto& row : rows) {
      if (row["run_id"].is_null()) {
        has_reserved_ = true;
        continue;
      }
      ClaimedJob job;
      job.run_id = row["run_id"].as<std::int64_t>();
      job.attempt = row["attempt"].as<int>();
      job.crashes = row["crashes"].as<int>();
      job.waits = row["waits"].as<int>();
      job.faults = row["faults"].as<int>();
      job.job.id = row["id"].as<std::string>();
      job.job.job_id = row["job_id"].as<std::string>();
      claimed_.emplace_back(postgres::optional_text(row["created"]).value_or(""), std::move(job));
    }
  }

  const Statements& sql_;
  const Queue::ClaimOptions& options_;
  const std::string& claim_;
  const std::int64_t lease_ms_;
  std::vector<std::pair<std::string, ClaimedJob>> claimed_;  ///< each with its "createdAt"
  bool has_reserved_ = false;
};

}  // namespace

std::vector<ClaimedJob> Queue::claim(const ClaimOptions& options) {
  Claim claim(*sql_, options);
  batch(
      kPatient, claim.all(), [&](const auto& results) { claim.take_all(results); },
      [&](postgres::Transaction& transaction, std::vector<SetAside>& set_aside) {
        return claim.each(transaction, [&](const std::string& ctid, const std::string& why) {
          set_aside.push_back(this->set_aside(transaction, sql_->set_aside_row, sql_->name_of_row,
                                              ctid, "claim", why));
        });
      });
  has_reserved_ = claim.has_reserved();
  auto jobs = std::move(claim).jobs();
  if (options.on_claimed) options.on_claimed(jobs);
  if (!jobs.empty()) read_text(jobs, options.max_lyrics_bytes);
  return jobs;
}

void Queue::read_text(std::vector<ClaimedJob>& jobs, std::size_t max_lyrics_bytes) {
  std::map<std::int64_t, Job*> job_of;
  for (auto& job : jobs) job_of[job.run_id] = &job.job;
  const auto read = [&](const std::vector<std::int64_t>& run_ids) {
    // One more character shows whether the lyrics are longer than the limit.
    for (const auto& row : connection_.session().execute_within(
             kPatient, sql_->text, postgres::array_literal(run_ids), kMaxUrlChars,
             static_cast<std::int64_t>(max_lyrics_bytes + 1))) {
      auto& job = *job_of.at(row["run_id"].as<std::int64_t>());
      job.title = row["title"].as<std::string>();
      job.artist = row["artist"].as<std::string>();
      job.reference_url = postgres::optional_text(row["reference_url"]);
      job.audio_url = row["audio_url"].as<std::string>();
      job.lyrics = postgres::optional_text(row["lyrics"]);
      job.user_id = postgres::optional_text(row["user_id"]);
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

}  // namespace aura::queue
