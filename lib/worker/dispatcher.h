#pragma once

#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "aura/base/log.h"
#include "aura/fetch/fetcher.h"
#include "aura/queue/connection.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "job_runner.h"
#include "lease_keeper.h"
#include "outage.h"
#include "running_jobs.h"

namespace aura::worker {

/// Claims jobs and hands them to a pool of threads, never more than there are idle threads.
class Dispatcher {
 public:
  enum class Mode { kForever, kDrain };

  Dispatcher(const WorkerSettings& settings, const queue::QueueTable& table,
             const fetch::Fetcher& fetcher, const Log& log);

  /// Works until `stop` asks to stop or, draining, until nothing is queued or running. Then lets
  /// the running jobs finish within the grace, or until `hurry` asks, and puts back what has not.
  /// Call once, from one thread. Whether every pool thread came to its end: if not, only ending the
  /// process ends it.
  bool run(Mode mode, const std::stop_token& stop, const std::stop_token& hurry);

 private:
  /// One claim. Whether there may be more to claim at once.
  bool claim_and_start(int wanted);
  void start(queue::ClaimedJob job, std::chrono::steady_clock::time_point claimed);
  int idle_threads();
  bool wind_down(const std::stop_token& hurry);
  void put_back_unfinished(std::chrono::steady_clock::time_point deadline);

  const WorkerSettings& settings_;
  Log log_;
  queue::Connection connection_;
  queue::Queue queue_;
  Outage outage_;

  RunningJobs running_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<JobRunner>>
      idle_;  ///< runners that no thread uses; guarded by mutex_

  LeaseKeeper keeper_;
  /// Last, so that its threads are gone before what they use.
  boost::asio::thread_pool pool_;
};

}  // namespace aura::worker
