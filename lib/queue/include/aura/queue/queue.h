#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/postgres/statement.h"
#include "aura/queue/queue_table.h"
#include "aura/queue/states.h"

namespace aura::queue {

struct Statements;

/// The producer's request.
struct Job {
  std::string id;      ///< the row's primary key
  std::string job_id;  ///< the name that people and the web app use
  std::optional<std::string> user_id;
  std::string title;                         ///< UTF-8; at most 1,000 characters
  std::string artist;                        ///< UTF-8; at most 1,000 characters
  std::string audio_url;                     ///< unchecked; at most 16,384 characters
  std::optional<std::string> reference_url;  ///< "referenceTrack", unchecked; as long as audio_url
  std::optional<std::string> lyrics;         ///< UTF-8, cut to ClaimOptions::max_lyrics_bytes
  bool lyrics_cut = false;
  /// Why the text of the job can't be read; no value if they can. The cause is bytes that the
  /// database can't decode.
  std::optional<std::string> unreadable;
};

/// A job that this worker holds, and its run.
struct ClaimedJob {
  Job job;
  std::int64_t run_id = 0;  ///< the fencing token
  int attempt = 0;          ///< from 1
  int crashes = 0;          ///< earlier runs that lost their worker
  int waits = 0;            ///< earlier runs that were postponed
  int faults = 0;           ///< earlier runs that were excused
};

/// A job whose row refuses a write of the worker. Workers ignore it for a while, longer after each
/// refusal.
struct SetAside {
  std::string job_id;     ///< or the row's "id", or "(unreadable)" if it can't be decoded
  std::string statement;  ///< the refused write: "claim", "rescue", "release", "abandon" or "fail"
  std::string reason;     ///< the server's message
  int tries = 1;          ///< refusals so far
};

/// The result that a completed job's row shows. Scores are 0 to 100; JSON columns hold JSON text.
struct Result {
  double hit_factor = 0;
  double audio_score = 0;
  double lyrics_score = 0;
  double brand_score = 0;
  double market_score = 0;
  std::string recommendations_json{};
  std::string similar_hits_json{};
  std::string full_report_json{};
  std::string model_version{};
  std::chrono::milliseconds processing_time{0};
  /// Not in the row; see find_pictures(). No value if the store of measurements has them.
  std::optional<std::string> pictures_json{};
};

/// The progress of a run.
struct ProgressReport {
  std::int64_t run_id = 0;
  int percent = 0;  ///< from 0 to 100
};

/// Why an attempt failed.
struct Failure {
  std::string code;     ///< as JobError::code()
  std::string message;  ///< one line, for `errorMessage`
  bool retryable = false;
};

/// The result of a write that ends a run.
enum class Ending {
  kDone,       ///< the ending is in the database
  kCancelled,  ///< the job's row was deleted, edited or cancelled; the row was not written
  kLost,       ///< the run is no longer ours; nothing was written
};

/// The queue protocol on the jobs table and schema `aura`.
///
/// Each call runs in transactions of its own, limited to about ten seconds each. Every write names
/// its run and changes nothing if the run has ended, so a worker that lost a run does no harm. All
/// times are the database's. A row may refuse a write: a check, a trigger that raises, bytes that
/// can't be decoded. In a write of many rows its job is set aside and the others are written. A
/// write of one run throws RowRefused, except fail().
///
/// Every member that uses the database throws DatabaseLost and DatabaseError. After DatabaseLost
/// the call may be repeated: an ending that is already written returns kDone. Not thread-safe: each
/// thread has a connection and a queue of its own.
class Queue {
 public:
  /// The caller keeps `connection` alive and does not move it. Copies what it needs of `table`.
  Queue(postgres::Connection& connection, const QueueTable& table);
  ~Queue();

  /// Returns the jobs that were set aside since the last call. Does not use the database.
  std::vector<SetAside> take_set_aside();

  /// Options of claim().
  struct ClaimOptions {
    int limit = 1;  ///< how many jobs at most
    std::string worker_id{};
    std::chrono::milliseconds lease{30'000};
    std::size_t max_lyrics_bytes = 1 << 20;
    /// Takes a job of each waiting user before a second job of any user. Begins with the user whose
    /// last turn is longest ago. Otherwise takes the oldest jobs.
    bool in_turn = false;
    bool is_idle = true;  ///< the worker runs no job, so a job may run alone
    /// Receives the claimed jobs, still without URL and lyrics: reading these may take longer than
    /// the lease. Called from the calling thread, even if no job was claimed.
    std::function<void(const std::vector<ClaimedJob>&)> on_claimed{};
  };
  /// Claims up to `limit` queued jobs that are due, and returns them, oldest first. Skips rows that
  /// others have locked. Each claim counts as an attempt; the rows become `processing`, progress 0.
  ///
  /// A job that has lost workers comes before other jobs and runs alone. If `is_idle`, claims only
  /// this job; otherwise reserves it for the time of a lease and claims nothing: see
  /// has_reserved(). If it throws DatabaseLost, it may have claimed jobs all the same: see
  /// abandon_strays().
  std::vector<ClaimedJob> claim(const ClaimOptions& options);
  /// Returns whether the last claim() reserved a job that must run alone. The caller lets its
  /// running jobs end and claims again before the lease ends.
  bool has_reserved() const noexcept { return has_reserved_; }

  /// Writes progress to the jobs' rows. Skips locked rows, and rows that refuse. Returns the runs
  /// that are still ours, ascending: stop working on the others.
  std::vector<std::int64_t> report_progress(const std::vector<ProgressReport>& reports);

  /// Ends the run and the job as `completed`. Throws RowRefused if the row can't hold the result.
  Ending complete(std::int64_t run_id, const Result& result);
  /// Puts the job back to `queued`, due again after `wait`.
  Ending retry(std::int64_t run_id, const Failure& failure, std::chrono::milliseconds wait);
  /// As retry(), but costs no attempt: the job's host asked to wait.
  Ending postpone(std::int64_t run_id, const Failure& reason, std::chrono::milliseconds wait);
  /// As postpone(), due immediately: the worker is in trouble.
  Ending excuse(std::int64_t run_id, const Failure& reason);
  /// Ends the run and the job as `failed`. Raises the row's progress to `percent` and cuts the
  /// message to the column's width. If the row refuses even a short message, ends the run alone,
  /// with `failure`, and sets the job aside: see write_stranded().
  Ending fail(std::int64_t run_id, const Failure& failure, int percent = 0);
  /// Puts the jobs of runs that are still running back to `queued`, due immediately. Costs no
  /// attempt. Skips locked rows. Returns the runs that it ended, ascending, including runs whose
  /// rows were deleted, edited or cancelled.
  std::vector<std::int64_t> release(const std::vector<std::int64_t>& run_ids);
  /// Ends a run that its worker has given up as `lost`, and puts its job back. Costs no attempt and
  /// no crash. Returns kDone also if a rescue ended the run before. Skips a locked row and returns
  /// kLost: the lease ends this run later.
  Ending abandon(std::int64_t run_id);
  /// Abandons runs of `worker_id` that the worker does not know, because the answer to its claim
  /// was lost: all running runs except `known`. Do not call it during a claim of that worker.
  /// Returns how many runs it ended.
  int abandon_strays(const std::string& worker_id, const std::vector<std::int64_t>& known);

  /// Extends the leases of runs that are still running and whose rows are still `processing`, from
  /// now. Returns these runs, ascending. Other runs were lost or cancelled, have ended, or are just
  /// ending: held() tells which.
  std::vector<std::int64_t> extend(const std::vector<std::int64_t>& run_ids,
                                   std::chrono::milliseconds lease);

  /// Returns the runs that are still running and whose rows are still `processing`, ascending.
  std::vector<std::int64_t> held(const std::vector<std::int64_t>& run_ids);

  /// Options of rescue().
  struct RescueOptions {
    int max_retries = 0;  ///< attempts of a job after its first
    int max_crashes = 1;  ///< a job fails when it has lost this many workers
    std::chrono::milliseconds spread{
        0};  ///< a rescued job is due again at a random time up to this
    /// Counts neither a crash nor an attempt. For leases that may have ended because the database
    /// was out of reach.
    bool charges_nothing = false;
  };
  /// A run whose lease had ended.
  struct Rescued {
    std::int64_t run_id = 0;
    std::string job_id;
    int attempt = 0;
    std::string worker_id;  ///< the worker that held the run
    int crashes = 0;        ///< of the job, including this crash if it counts
    bool failed = false;    ///< the job failed for good; otherwise it is queued again
  };
  /// Ends the runs whose leases have ended, and returns them. Their jobs become `queued`, or
  /// `failed` after too many crashes or the last attempt. Skips locked rows. Does not return runs
  /// whose rows were deleted, edited or cancelled.
  std::vector<Rescued> rescue(const RescueOptions& options);
  /// Returns the time until the next lease of any worker ends, 0 if it has ended; no value if no
  /// run is running.
  std::optional<std::chrono::milliseconds> next_expiry();
  /// Takes back the crashes that rescues counted for `run_ids`, whose worker has returned. Queues a
  /// job again if it failed because of that crash and has attempts left. Returns how many crashes
  /// it took back.
  int take_back_charges(const std::vector<std::int64_t>& run_ids, int max_retries);
  /// Writes failures that rows refused before, if their wait is over.
  void write_stranded();

  /// Deletes the gates and set-aside records of jobs that were ended or deleted while they
  /// waited, so that a job set back to `queued` is a new start. For tables without the trigger for
  /// new starts: see aids.h.
  void forget_ended();

  /// Deletes up to `limit` runs that ended more than `retention` ago, and up to `limit` turns whose
  /// runs are gone. Returns how many runs it deleted.
  int prune(std::chrono::hours retention, int limit);

  /// Deletes up to `limit` jobs' pictures that are older than `retention`. Returns how many jobs'
  /// pictures it deleted.
  int prune_pictures(std::chrono::hours retention, int limit);

  /// Returns whether any job is queued, waits for a retry, or is held by a worker, lost or not.
  /// Ignores jobs that are set aside and rows that the role can't update.
  bool has_work();

 private:
  template <typename Take, typename RowByRow>
  void batch(std::chrono::milliseconds limit, std::vector<postgres::Statement> statements,
             Take take, RowByRow row_by_row);
  template <typename Transaction, typename Key>
  SetAside set_aside(Transaction& transaction, const std::string& sql, const std::string& name_sql,
                     const Key& key, std::string_view statement, const std::string& why);
  template <typename Transaction>
  SetAside set_run_aside(Transaction& transaction, std::int64_t run_id, std::string_view statement,
                         const std::string& why);
  template <typename... Arguments>
  Ending end(RunState state, std::int64_t run_id, const std::string& sql,
             const Arguments&... arguments);
  Ending strand(std::int64_t run_id, const std::string& error, const std::string& why);
  std::vector<std::int64_t> put_back(const std::string& sql,
                                     const std::vector<std::int64_t>& run_ids,
                                     std::string_view statement);
  /// Reads the URL and lyrics of claimed jobs. Leaves them empty if the row was deleted.
  void read_text(std::vector<ClaimedJob>& jobs, std::size_t max_lyrics_bytes);

  postgres::Connection& connection_;
  std::unique_ptr<const Statements> sql_;
  std::vector<SetAside> set_aside_;
  bool has_reserved_ = false;
};

}  // namespace aura::queue
