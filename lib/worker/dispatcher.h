#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "aura/audio/decoder.h"
#include "aura/base/log.h"
#include "aura/base/thread_checker.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/fetch/fetcher.h"
#include "aura/fetch/shared_downloads.h"
#include "aura/metrics/instruments.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "catalogue_keeper.h"
#include "fetched_track.h"
#include "job_runner.h"
#include "lease_keeper.h"
#include "listening.h"
#include "lookahead.h"
#include "outage.h"
#include "progress_writer.h"
#include "running_jobs.h"
#include "shared_measurements.h"
#include "trouble.h"
#include "upkeep.h"

namespace aura::worker {

/// Claims jobs, starts their downloads and passes them to a pool of threads. Downloads some jobs
/// ahead, so that no thread waits. Not thread-safe.
class Dispatcher {
 public:
  enum class Mode { kForever, kDrain };

  /// Starts the threads of the pool and of the downloads. Connects to the database later. `tagger`
  /// may be null. The caller keeps all arguments but `log` alive.
  Dispatcher(const WorkerSettings& settings, const queue::QueueTable& table,
             const audio::Decoder& decoder, catalogue::CatalogueReader& catalogue,
             metrics::Instruments& instruments, const Log& log,
             const analysis::NamedTagger* tagger = nullptr);

  /// Works until `stop` is triggered, until `decoder` is lost or, draining, until no job is queued
  /// or running. Then lets running jobs finish within the grace period, which `hurry` ends early
  /// and a lost decoder skips. Releases the other jobs. Returns whether each job came to its end:
  /// if not, a pool thread still works, and the destructor blocks until it ends. Call once. Throws
  /// postgres::DatabaseError if the database refuses claims and draining would never end.
  bool run(Mode mode, const std::stop_token& stop, const std::stop_token& hurry);

 private:
  void start_companions();
  /// Returns the error because of which draining would never end, if there is one.
  std::exception_ptr claim_until_stopped(Mode mode, const std::stop_token& stop);
  void make_schema_anew();
  void abandon_strays();
  /// Claims once and starts the jobs. Returns whether more jobs may be claimed immediately.
  bool claim_and_start(int wanted);
  void make_way();
  void start(queue::ClaimedJob job);
  /// Makes a pool thread continue with the job. Thread-safe: downloads end in threads of their own.
  void hand_over(std::shared_ptr<const queue::ClaimedJob> job, FetchedTrack track,
                 const std::stop_token& stop);
  void count_bytes(const fetch::Download* download);
  void post(std::shared_ptr<const queue::ClaimedJob> job, std::shared_ptr<FetchedTrack> track,
            const std::stop_token& stop);
  void post_again(const std::shared_ptr<const queue::ClaimedJob>& job,
                  const std::shared_ptr<FetchedTrack>& track, const std::stop_token& stop) noexcept;
  /// Runs the job, or lets it wait for another run that measures the same content. Call from a pool
  /// thread.
  void work(const std::shared_ptr<const queue::ClaimedJob>& job,
            const std::shared_ptr<FetchedTrack>& track, const std::stop_token& stop);
  std::string sharing_group(const queue::Job& job) const;
  int wanted() const;
  bool wind_down(const std::stop_token& hurry);
  void put_back_waiting();
  void put_back(const std::vector<std::int64_t>& runs);
  void put_back_unfinished(std::chrono::steady_clock::time_point deadline,
                           const std::stop_token& hurry);

  const WorkerSettings& settings_;
  const audio::Decoder& decoder_;
  metrics::Instruments& instruments_;
  const Log log_;

  [[no_unique_address]] ThreadChecker thread_;  ///< the thread of run()
  postgres::Connection connection_ AURA_GUARDED_BY(thread_);
  queue::Queue queue_ AURA_GUARDED_BY(thread_);
  Outage outage_ AURA_GUARDED_BY(thread_);
  /// Until then, a claim whose answer was lost may still take jobs.
  std::optional<std::chrono::steady_clock::time_point> in_doubt_until_ AURA_GUARDED_BY(thread_);
  /// The run of the last claimed job that workers were lost with.
  std::int64_t suspect_run_ AURA_GUARDED_BY(thread_) = 0;
  /// Such a job is reserved: it runs when no other job runs here.
  bool has_reserved_ AURA_GUARDED_BY(thread_) = false;

  std::atomic<std::chrono::steady_clock::time_point> asked_to_stop_{};  ///< epoch: not yet
  std::atomic<std::size_t> buffered_bytes_{0};  ///< Size of the tracks that wait for a thread.
  RunningJobs running_;
  Lookahead lookahead_;
  SharedMeasurements measuring_;

  ProgressWriter progress_;
  LeaseKeeper keeper_;
  CatalogueKeeper catalogue_keeper_;
  Listening listening_;
  Upkeep upkeep_;
  Trouble trouble_;
  JobRunner runner_;
  // Threads follow, so that they end before the members that they use. Downloads end in the pool,
  // so they end before it.
  boost::asio::thread_pool pool_;
  fetch::Fetcher fetcher_;
  fetch::SharedDownloads downloads_;
  /// The threads of keeper_, progress_, catalogue_keeper_, listening_ and upkeep_. They run until
  /// the last job ended.
  std::vector<std::jthread> companions_;
};

}  // namespace aura::worker
