#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aura/queue/queue.h"

namespace aura::queue {

/// What the queue should do, in plain C++ and with nothing but one job after the other in mind: the
/// reference that the SQL is compared with.
///
/// A job is a row of the producer's, a gate and its runs. The legal transitions:
///
///     row       queued ──claim──► processing ──complete──► completed
///                 ▲                   │  │
///                 ├─ retry, release, ─┘  └──fail, rescue with nothing left, cancel_job──► failed
///                 │  excuse, abandon,
///                 │  rescue
///                 ├─ take_back_charges from failed, where a rescue wrote that last
///                 └─ retry_job from failed or queued; the web app from anywhere
///     run       running ──► completed, failed, retrying, released, lost (rescue, abandon), each
///                           with the row's step above;
///                       ──► cancelled: by cancel_job, or whatever would have ended it finds the
///                           row gone or not processing; the row then stays as it is
///                       ──► superseded: its row was set back to queued and is claimed anew
///               and never out of any of these.
///     gate      made by the first claim; kept while the row waits for the next one; gone with any
///               other end of the run, and when the web app sets an ended row back to queued. A
///               claim counts an attempt, a release gives it back, a rescue counts a crash unless
///               the database was away; a claim that supersedes counts from the start. A job with a
///               crash comes before others and alone, to a worker that is idle; another worker
///               reserves it. What a rescue charged goes back once its worker asks for it.
///
/// The row's progress starts from 0 with each claim and with each way back to queued, and stays
/// where it is when a job fails. A row may be deleted or written by the web app at any time.
class Model {
 public:
  struct Row {
    std::string status = "queued";
    int progress = 0;
    std::string error = "-";
    bool has_completed_at = false;
    std::int64_t failed_by = 0;  ///< the run whose rescue wrote it last
  };
  struct Gate {
    int attempts = 0;
    int crashes = 0;
    bool is_due = true;
    std::string reserved_by{};
  };
  struct Run {
    std::int64_t id = 0;
    int attempt = 0;
    std::string worker;
    std::string state = "running";
    bool is_expired = false;
    std::optional<int> charged{};  ///< the job's crashes after the rescue charged one
  };
  struct Job {
    bool is_queued() const { return row && row->status == "queued"; }
    bool is_due() const { return !gate || gate->is_due; }
    /// Whether workers were lost with it.
    bool is_suspect() const { return gate && gate->crashes > 0; }

    std::string user{};
    std::optional<Row> row{};
    std::optional<Gate> gate{};
    std::vector<Run> runs{};
  };

  /// What the web app does. Ids ascend.
  void insert(const std::string& job_id, const std::string& user) {
    jobs_[job_id].user = user;
    jobs_[job_id].row.emplace();
  }
  void erase(const std::string& job_id) { jobs_[job_id].row.reset(); }
  void set_status(const std::string& job_id, const std::string& status);

  /// The jobs that a claim gets, in its order: the first of all, or one of each user's before a
  /// second of any, starting with whose turn was longest ago.
  std::vector<std::string> claimable(int limit, bool in_turn) const;
  /// The job that has to run alone and that `worker` has to take before others; "" if there is
  /// none.
  std::string suspect(const std::string& worker) const;
  void reserve(const std::string& job_id, const std::string& worker);
  void end_reservation(const std::string& job_id);
  /// One of them is claimed in turn.
  void note_turn(const std::string& job_id, std::int64_t run_id);
  /// One of them is claimed. Returns the attempt.
  int start(const std::string& job_id, std::int64_t run_id, const std::string& worker);

  /// The calls of Queue and of operations.h, and what they return.
  bool report_progress(std::int64_t run_id, int percent);
  Ending complete(std::int64_t run_id);
  Ending retry(std::int64_t run_id, bool is_due);
  Ending fail(std::int64_t run_id, const std::string& message);
  Ending excuse(std::int64_t run_id);
  std::vector<std::int64_t> release(const std::vector<std::int64_t>& run_ids) {
    return put_back(run_ids, "released");
  }
  Ending abandon(std::int64_t run_id);
  int abandon_strays(const std::string& worker, const std::vector<std::int64_t>& known);
  std::vector<std::int64_t> extend(const std::vector<std::int64_t>& run_ids);
  std::vector<Queue::Rescued> rescue(int max_retries, int max_crashes, bool charges_nothing);
  int take_back_charges(const std::string& worker);
  /// Forgets ended jobs, then prunes.
  int prune();
  bool has_work() const;
  bool cancel_job(const std::string& job_id);
  bool retry_job(const std::string& job_id);
  std::vector<std::string> retry_failed_jobs();

  /// Time passes: the lease of a run that is running, or the wait at a gate, is over.
  void expire(std::int64_t run_id);
  void make_due(const std::string& job_id);

  /// The jobs that have a row, or anything at all.
  std::vector<std::string> rows() const;
  std::vector<std::string> all() const;
  std::vector<std::int64_t> running() const;
  /// The job of a run, be it one that has been pruned since.
  const std::string& job_of(std::int64_t run_id) const { return job_of_.at(run_id); }
  /// A job in one line, as the test's SQL writes it.
  std::string describe(const std::string& job_id) const;

 private:
  std::vector<std::string> first(int limit) const;
  std::vector<std::string> first_in_turn(int limit) const;
  Run* find(std::int64_t run_id);
  Job& job_with(std::int64_t run_id) { return jobs_.at(job_of_.at(run_id)); }
  bool is_ours(std::int64_t run_id);
  template <typename Write>
  Ending end(std::int64_t run_id, const std::string& state, Write write);
  std::vector<std::int64_t> put_back(const std::vector<std::int64_t>& run_ids,
                                     const std::string& state);

  std::map<std::string, Job> jobs_;
  std::map<std::int64_t, std::string> job_of_;
  std::map<std::string, std::int64_t> turns_;  ///< of a user, the run that the last one gave
};

}  // namespace aura::queue
