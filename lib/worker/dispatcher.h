#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "aura/audio/decoder.h"
#include "aura/base/log.h"
#include "aura/fetch/fetcher.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "job_runner.h"
#include "lease_keeper.h"
#include "listening.h"
#include "lookahead.h"
#include "outage.h"
#include "progress_writer.h"
#include "running_jobs.h"
#include "trouble.h"
#include "upkeep.h"

namespace aura::worker {

/// Claims jobs, has their tracks downloaded and hands them to a pool of threads; some are
/// downloaded ahead, so that no thread has to wait.
class Dispatcher {
 public:
  enum class Mode { kForever, kDrain };

  Dispatcher(const WorkerSettings& settings, const queue::QueueTable& table,
             const audio::Decoder& decoder, metrics::Instruments& instruments, const Log& log);

  /// Works until `stop` asks to stop or, draining, until nothing is queued or running. Then lets
  /// the running jobs finish within the grace, or until `hurry` asks, and puts back what has not;
  /// where `decoder` is lost, does so unasked and at once.
  /// Call once, from one thread. Whether every pool thread came to its end: if not, only ending the
  /// process ends it. Throws postgres::DatabaseError where the database refuses to let it drain.
  bool run(Mode mode, const std::stop_token& stop, const std::stop_token& hurry);

 private:
  /// Starts the threads beside the dispatcher. They run until the last job has ended.
  void start_companions();
  /// Returns the error that makes draining pointless, if there is one.
  std::exception_ptr claim_until_stopped(Mode mode, const std::stop_token& stop);
  void make_schema_anew();
  void abandon_strays();
  /// One claim. Whether there may be more to claim at once.
  bool claim_and_start(int wanted);
  void make_way();
  void start(queue::ClaimedJob job);
  /// Has a pool thread take the job from here.
  void hand_over(std::shared_ptr<const queue::ClaimedJob> job, FetchedTrack track,
                 const std::stop_token& stop);
  void work(const queue::ClaimedJob& job, FetchedTrack track, const std::stop_token& stop);
  int wanted() const;
  bool wind_down(const std::stop_token& hurry);
  void put_back_waiting();
  void put_back(const std::vector<std::int64_t>& runs);
  void put_back_unfinished(std::chrono::steady_clock::time_point deadline,
                           const std::stop_token& hurry);

  const WorkerSettings& settings_;
  const audio::Decoder& decoder_;
  metrics::Instruments& instruments_;
  Log log_;
  postgres::Connection connection_;
  queue::Queue queue_;
  Outage outage_;
  /// Until when a claim whose answer was lost may turn out to have taken jobs.
  std::optional<std::chrono::steady_clock::time_point> in_doubt_until_;

  std::int64_t suspect_run_ = 0;  ///< of the last job claimed that workers were lost with
  bool has_reserved_ = false;     ///< such a job, to run once nothing else runs
  std::atomic<std::chrono::steady_clock::time_point> asked_to_stop_{};

  RunningJobs running_;
  Lookahead lookahead_;
  std::atomic<std::size_t> buffered_bytes_{0};  ///< of tracks that wait for a thread
  std::mutex mutex_;
  std::vector<std::unique_ptr<JobRunner>>
      idle_;  ///< runners that no thread uses; guarded by mutex_

  ProgressWriter progress_;
  LeaseKeeper keeper_;
  Listening listening_;
  Upkeep upkeep_;
  Trouble trouble_;
  // Last, so that their threads are gone before what they use; and downloads, which end in the
  // pool, before it.
  boost::asio::thread_pool pool_;
  fetch::Fetcher fetcher_;
  /// The threads of keeper_, progress_, listening_ and upkeep_. After all of these.
  std::vector<std::jthread> companions_;
};

}  // namespace aura::worker
