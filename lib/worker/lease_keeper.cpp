#include "lease_keeper.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "aura/base/wait.h"

namespace aura::worker {
namespace {

using std::chrono::milliseconds;

/// What other workers lost is back in the queue this long after its lease ran out, at the latest.
constexpr milliseconds kRescueEvery{4000};
/// So that jobs lost together don't come back together.
constexpr milliseconds kMostSpread{1000};

/// What of `all` is not among `some`, all in ascending order.
std::vector<std::int64_t> difference(const std::vector<std::int64_t>& all,
                                     const std::vector<std::int64_t>& some) {
  std::vector<std::int64_t> rest;
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(rest));
  return rest;
}

}  // namespace

LeaseKeeper::LeaseKeeper(const WorkerSettings& settings, const queue::QueueTable& table,
                         RunningJobs& running, metrics::Instruments& instruments, const Log& log)
    : settings_(settings),
      running_(running),
      instruments_(instruments),
      log_(log),
      connection_(settings.database.url),
      queue_(connection_, table),
      outage_(log),
      rescue_outage_(log) {}

void LeaseKeeper::run(const std::stop_token& stop) noexcept {
  const auto every = std::min<milliseconds>(settings_.lease / 3, kRescueEvery);
  do {
    try {
      stop_what_must_not_go_on();
      beat();
      outage_.over();
    } catch (const std::exception& error) {
      outage_.failed("the leases can't be kept: " + std::string(error.what()));
    }
    try {
      rescue();
      rescue_outage_.over();
    } catch (const std::exception& error) {
      rescue_outage_.failed("what other workers lost can't be put back: " +
                            std::string(error.what()));
    }
  } while (wait_for(queue::jittered(every, 0.1), stop));
}

void LeaseKeeper::stop_what_must_not_go_on() {
  const auto now = Clock::now();
  if (const int stalled = running_.stop_stalled(now - settings_.job_timeout); stalled > 0) {
    log_.warning("jobs made no progress for too long", {{"jobs", std::int64_t{stalled}}});
  }
  if (const int unvouched = running_.stop_unvouched(now - settings_.lease); unvouched > 0) {
    log_.error("leases may have run out: their jobs are given up",
               {{"jobs", std::int64_t{unvouched}}});
  }
}

void LeaseKeeper::beat() {
  const auto sent = Clock::now();
  const auto alive = running_.alive(sent - settings_.job_timeout);
  if (alive.empty()) return;
  const auto ours = queue_.extend(alive, settings_.lease);
  running_.extended(ours, sent);
  const auto missing = difference(alive, ours);
  if (missing.empty()) return;
  // A job that ended while the beat was under way is among these, and not told anything any more.
  running_.stop(difference(missing, queue_.held(missing)), StopReason::kLost);
}

void LeaseKeeper::rescue() {
  const auto spread = std::min<milliseconds>(settings_.retry.base, kMostSpread);
  std::size_t rescued = queue::Queue::kRescueBatch;
  while (rescued == queue::Queue::kRescueBatch) {
    const auto runs = queue_.rescue({.max_retries = settings_.max_retries,
                                     .max_crashes = settings_.max_crashes,
                                     .spread = spread});
    for (const auto& run : runs) {
      if (run.failed) instruments_.count(metrics::Outcome::kFailed);
      log_.for_job(run.job_id, run.attempt)
          .warning(run.failed ? "its worker was lost again and again: failed"
                              : "its worker was lost: back in the queue",
                   {{"run", run.run_id},
                    {"lost_worker", run.worker_id},
                    {"crashes", std::int64_t{run.crashes}}});
    }
    rescued = runs.size();
    instruments_.count_rescued(rescued);
  }
  queue_.forget_ended();
}

}  // namespace aura::worker
