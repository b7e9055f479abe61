#include "dispatcher.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "aura/base/wait.h"
#include "aura/queue/backoff.h"

namespace aura::worker {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Of the shutdown grace, what is kept for putting back unfinished jobs and for threads to come to
/// their end.
milliseconds reserve_of(milliseconds grace) {
  return std::min(milliseconds(2000), grace / 5);
}

milliseconds until(Clock::time_point deadline) {
  return std::max(milliseconds(0),
                  std::chrono::duration_cast<milliseconds>(deadline - Clock::now()));
}

}  // namespace

Dispatcher::Dispatcher(const WorkerSettings& settings, const queue::QueueTable& table,
                       const fetch::Fetcher& fetcher, const Log& log)
    : settings_(settings),
      log_(log),
      connection_(settings.database.url),
      queue_(connection_, table),
      outage_(log),
      pool_(static_cast<std::size_t>(settings.threads)) {
  for (int i = 0; i < settings.threads; ++i) {
    idle_.push_back(std::make_unique<JobRunner>(settings, table, fetcher, log));
  }
}

bool Dispatcher::run(Mode mode, const std::stop_token& stop, const std::stop_token& hurry) {
  while (!stop.stop_requested()) {
    try {
      const int wanted = std::min(idle_threads(), settings_.claim_batch);
      if (wanted > 0 && claim_and_start(wanted)) continue;
      if (mode == Mode::kDrain && nothing_runs() && !queue_.has_work()) break;
      wait_for_ending(queue::jittered(settings_.poll_interval), stop);
    } catch (const queue::DatabaseLost& error) {
      wait_for(outage_.failed("the database can't be used: " + std::string(error.what())), stop);
    } catch (const queue::DatabaseError& error) {
      wait_for(
          outage_.failed("the database refuses to hand out jobs: " + std::string(error.what())),
          stop);
    }
  }
  return wind_down(hurry);
}

bool Dispatcher::claim_and_start(int wanted) {
  auto jobs = queue_.claim({.limit = wanted,
                            .worker_id = settings_.worker_id,
                            .lease = settings_.lease,
                            .max_lyrics_bytes = settings_.analysis.max_lyrics_bytes});
  outage_.over();
  const bool maybe_more = static_cast<int>(jobs.size()) == wanted;
  for (auto& job : jobs) start(std::move(job));
  return maybe_more;
}

void Dispatcher::start(queue::ClaimedJob job) {
  std::stop_token stop;
  std::unique_ptr<JobRunner> runner;
  {
    const std::lock_guard lock(mutex_);
    stop = running_[job.run_id].get_token();
    runner = std::move(idle_.back());
    idle_.pop_back();
  }
  boost::asio::post(pool_,
                    [this, stop, job = std::move(job), runner = std::move(runner)]() mutable {
                      runner->run(job, stop);
                      const std::lock_guard lock(mutex_);
                      running_.erase(job.run_id);
                      idle_.push_back(std::move(runner));
                      ++endings_;
                      ended_.notify_all();
                    });
}

int Dispatcher::idle_threads() {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(idle_.size());
}

bool Dispatcher::nothing_runs() {
  const std::lock_guard lock(mutex_);
  return running_.empty();
}

void Dispatcher::wait_for_ending(milliseconds at_most, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, stop, at_most, [&, seen = endings_] { return endings_ != seen; });
}

bool Dispatcher::wind_down(const std::stop_token& hurry) {
  const auto reserve = reserve_of(settings_.shutdown_grace);
  const auto deadline = Clock::now() + settings_.shutdown_grace;
  std::unique_lock lock(mutex_);
  const auto all_ended = [&] { return running_.empty(); };
  if (!all_ended()) {
    log_.info("stopping: no more claims, waiting for running jobs",
              {{"running", static_cast<std::int64_t>(running_.size())},
               {"grace_ms", std::int64_t{settings_.shutdown_grace.count()}}});
  }
  if (!ended_.wait_for(lock, hurry, until(deadline - reserve), all_ended)) {
    lock.unlock();
    put_back_unfinished(deadline);
    lock.lock();
    if (!ended_.wait_for(lock, reserve, all_ended)) return false;
  }
  lock.unlock();
  pool_.join();
  return true;
}

void Dispatcher::put_back_unfinished(Clock::time_point deadline) {
  std::vector<std::int64_t> runs;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [run, stop] : running_) runs.push_back(run);
  }
  // Released first and stopped after: from the release on, the jobs' own writes change nothing.
  while (true) {
    try {
      log_.info("put unfinished jobs back to the queue",
                {{"jobs", std::int64_t{queue_.release(runs)}}});
      break;
    } catch (const std::exception& error) {
      const auto wait =
          outage_.failed("unfinished jobs can't be put back: " + std::string(error.what()));
      if (until(deadline) < wait) break;  // their leases will run out
      wait_for(wait, {});
    }
  }
  const std::lock_guard lock(mutex_);
  for (auto& [run, stop] : running_) stop.request_stop();
}

}  // namespace aura::worker
