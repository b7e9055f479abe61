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
#include "aura/queue/queue_table.h"
#include "aura/queue/states.h"

namespace aura::queue {

struct Statements;

/// What a producer asked for.
struct Job {
  std::string id;                     ///< the row's primary key
  std::string job_id;                 ///< what people and the web app call it
  std::string audio_url;              ///< whatever the row holds, cut to a length that no URL has
  std::optional<std::string> lyrics;  ///< well-formed UTF-8, cut to the limit given to claim()
  bool lyrics_cut = false;
  /// Why the URL and the lyrics can't be read, where they can't: bytes that the database can't
  /// decode.
  std::optional<std::string> unreadable;
};

/// A job that this worker holds, and the run that it holds it by.
struct ClaimedJob {
  Job job;
  std::int64_t run_id = 0;  ///< the fencing token
  int attempt = 0;          ///< from 1
  int crashes = 0;          ///< how many workers were lost with it before
  int waits = 0;            ///< how often it was postponed before
  int faults = 0;           ///< how often it was excused before
};

/// A job whose row refuses what a worker has to write. It is left alone for a while, longer each
/// time.
struct SetAside {
  std::string job_id;     ///< or the row's "id", where it has no jobId
  std::string statement;  ///< what was refused: "claim", "rescue", "release", "fail" …
  std::string reason;     ///< the server's words
  int tries = 1;          ///< how often so far
};

/// What a finished job's row shows. Scores are 0 to 100; JSON columns hold JSON text.
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
  std::optional<std::string> pictures_json{};  ///< kept beside the row; see find_pictures()
};

/// How far a run is.
struct ProgressReport {
  std::int64_t run_id = 0;
  int percent = 0;
};

/// Why an attempt failed.
struct Failure {
  std::string code;
  std::string message;  ///< one line, fit for `errorMessage`
  bool retryable = false;
};

/// How a write that ends a run went.
enum class Ending {
  kDone,       ///< it is in the database
  kCancelled,  ///< the job's row was deleted or taken back meanwhile; nothing was written to it
  kLost,       ///< the run was no longer ours; nothing was written
};

/// The queue protocol over the jobs table and schema `aura`. Every call is a transaction of its
/// own, given up as lost where it takes longer than ten seconds or so; each that writes for a run
/// compares the run, so that a worker that lost it changes nothing. All times are the database's.
/// Throws DatabaseLost, after which the call may be repeated (an ending that had already been
/// written comes back as kDone), and DatabaseError. A row that refuses what is to be written to it
/// (a check, a trigger that raises, bytes that can't be decoded) keeps no other row: it is set
/// aside. Not thread-safe: each thread has a connection and a queue of its own.
class Queue {
 public:
  Queue(postgres::Connection& connection, const QueueTable& table);
  ~Queue();

  /// What was set aside since the last call of this: to be told and counted.
  std::vector<SetAside> take_set_aside();

  struct ClaimOptions {
    int limit = 1;
    std::string worker_id{};
    std::chrono::milliseconds lease{30'000};
    std::size_t max_lyrics_bytes = 1 << 20;
    /// One job of each waiting user before a second of any, starting with whose turn was longest
    /// ago, instead of the oldest of all.
    bool in_turn = false;
    bool is_idle = true;  ///< whether the worker runs nothing, so that a job may run alone
    /// Hears of what was claimed before its text is read, which may take longer than the lease.
    std::function<void(const std::vector<ClaimedJob>&)> on_claimed{};
  };
  /// Takes up to `limit` queued jobs that are due, oldest first, skipping those another worker is
  /// just taking. One that workers were lost with comes alone and before others, to a worker that
  /// is idle; one that is not only reserves it for a lease, and takes nothing: see has_reserved().
  /// Rows of what was taken read `processing`, progress 0; the attempt counts from here. After
  /// DatabaseLost it may have taken jobs all the same: see abandon_strays().
  std::vector<ClaimedJob> claim(const ClaimOptions& options);
  /// Whether the last claim() reserved a job that has to run alone. Let what runs end and claim
  /// again, sooner than the lease ends.
  bool has_reserved() const noexcept { return has_reserved_; }

  /// Shows in the jobs' rows how far they are; one that somebody else has locked is left out.
  /// Returns the runs that are still ours, in ascending order: stop working on the rest.
  std::vector<std::int64_t> report_progress(const std::vector<ProgressReport>& reports);

  /// Throws RowRefused where the row can't hold the result.
  Ending complete(std::int64_t run_id, const Result& result);
  /// Puts the job back to `queued`, due again after `wait`.
  Ending retry(std::int64_t run_id, const Failure& failure, std::chrono::milliseconds wait);
  /// The same, but at no cost of an attempt: where a job has to wait for no fault of its own.
  Ending postpone(std::int64_t run_id, const Failure& reason, std::chrono::milliseconds wait);
  /// Puts the job back at no cost, due at once: where its worker is in trouble.
  Ending excuse(std::int64_t run_id, const Failure& reason);
  /// Ends the job as `failed`, having got as far as `percent` or what was last reported. A message
  /// longer than the column is cut. Where the row refuses even a short one, the run ends all the
  /// same, with `failure`, and the job is set aside: see write_stranded().
  Ending fail(std::int64_t run_id, const Failure& failure, int percent = 0);
  /// Puts the jobs of those runs that are still running back to `queued`, due at once; costs them
  /// no attempt. What somebody has locked just now is left: it is not among those returned, which
  /// were put back or found taken back, in ascending order.
  std::vector<std::int64_t> release(const std::vector<std::int64_t>& run_ids);
  /// Puts back the job of a run that its worker has given up: the run counts as lost, though not as
  /// a crash, and at no cost of an attempt. kDone also where others had found it lost before. What
  /// somebody has locked just now is left to its lease.
  Ending abandon(std::int64_t run_id);
  /// Abandons what `worker_id` holds without knowing it, the answer to its claim having been lost:
  /// its running runs but for those `known`. Call with no claim of that worker under way. Returns
  /// how many there were.
  int abandon_strays(const std::string& worker_id, const std::vector<std::int64_t>& known);

  /// Extends the leases of those runs that are still ours and whose rows still read `processing`.
  /// Returns them, in ascending order; what doesn't come back was lost, cancelled or has ended, or
  /// its ending is under way just now: held() tells.
  std::vector<std::int64_t> extend(const std::vector<std::int64_t>& run_ids,
                                   std::chrono::milliseconds lease);

  /// Those of the runs that are still running and whose rows still read `processing`, in ascending
  /// order.
  std::vector<std::int64_t> held(const std::vector<std::int64_t>& run_ids);

  struct RescueOptions {
    int max_retries = 0;  ///< attempts after the first that a job has
    int max_crashes = 1;  ///< workers that a job may lose before it fails
    std::chrono::milliseconds spread{
        0};  ///< a rescued job is due again at a random time up to this
    /// Where the leases may have ended because nobody could reach the database: the jobs go back
    /// at the cost of neither a crash nor an attempt.
    bool charges_nothing = false;
  };
  struct Rescued {
    std::int64_t run_id = 0;
    std::string job_id;
    int attempt = 0;
    std::string worker_id;  ///< that held the run
    int crashes = 0;
    bool failed = false;  ///< for good; else back in the queue
  };
  /// Ends runs whose lease has run out: their jobs go back to `queued`, or to `failed` where that
  /// happened too often or no attempt is left. What somebody has locked just now is left for later.
  std::vector<Rescued> rescue(const RescueOptions& options);
  /// When the next lease of any worker's runs out; nothing where no run is under way.
  std::optional<std::chrono::milliseconds> next_expiry();
  /// Takes back the crashes that rescues charged for runs whose worker is there after all. A job
  /// that failed for it and has attempts left is queued again. Returns how many crashes.
  int take_back_charges(const std::vector<std::int64_t>& run_ids, int max_retries);
  /// Tries again to write outcomes that rows have refused, where it is time.
  void write_stranded();

  /// Forgets what jobs have cost that somebody else ended or deleted while they waited: set back to
  /// queued they start anew. The trigger for that (see aids.h) needs no such help.
  void forget_ended();

  /// Deletes up to `limit` runs that ended longer ago than `retention`, and as many turns that
  /// nobody needs any more. Returns how many runs.
  int prune(std::chrono::hours retention, int limit);

  /// Deletes up to `limit` jobs' pictures that are older than `retention`. Returns how many.
  int prune_pictures(std::chrono::hours retention, int limit);

  /// Whether any job is queued, waiting for a retry, or held by a worker, be it one that was lost.
  bool has_work();

 private:
  template <typename Body, typename RowByRow>
  void batch(std::chrono::milliseconds limit, Body body, RowByRow row_by_row);
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
  /// What claimed jobs' rows hold; nothing of one that was deleted meanwhile.
  void read_text(std::vector<ClaimedJob>& jobs, std::size_t max_lyrics_bytes);

  postgres::Connection& connection_;
  std::unique_ptr<const Statements> sql_;
  std::vector<SetAside> set_aside_;
  bool has_reserved_ = false;
};

}  // namespace aura::queue
