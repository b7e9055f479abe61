#include "lease_keeper.h"

#include <algorithm>
#include <string>

#include "aura/base/wait.h"

namespace aura::worker {
namespace {

using std::chrono::milliseconds;

/// What other workers lost is back in the queue this long after its lease ran out, at the latest.
constexpr milliseconds kRescueEvery{4000};
constexpr std::chrono::hours kPruneEvery{1};
constexpr int kPruneBatch = 1000;
/// So that jobs lost together don't come back together.
constexpr milliseconds kMostSpread{1000};

}  // namespace

LeaseKeeper::LeaseKeeper(const WorkerSettings& settings, const queue::QueueTable& table,
                         RunningJobs& running, const Log& log)
    : settings_(settings),
      running_(running),
      log_(log),
      connection_(settings.database.url),
      queue_(connection_, table),
      outage_(log),
      next_prune_(Clock::now()) {}

void LeaseKeeper::run(const std::stop_token& stop) noexcept {
  const auto every = std::min<milliseconds>(settings_.lease / 3, kRescueEvery);
  do {
    try {
      stop_what_must_not_go_on();
      beat();
      rescue();
      prune();
      outage_.over();
    } catch (const std::exception& error) {
      outage_.failed("the leases can't be kept: " + std::string(error.what()));
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
  // A job that ended while the beat was under way is among these, and not told anything any more.
  std::vector<std::int64_t> lost;
  std::set_difference(alive.begin(), alive.end(), ours.begin(), ours.end(),
                      std::back_inserter(lost));
  running_.stop(lost, StopReason::kLost);
}

void LeaseKeeper::rescue() {
  for (const auto& rescued :
       queue_.rescue({.max_retries = settings_.max_retries,
       .max_crashes = settings_.max_crashes,
       .spread = std::min<milliseconds>(settings_.retry.base, kMostSpread)})) {
    log_.for_job(rescued.job_id)
        .warning(rescued.failed ? "its worker was lost again and again: failed"
                                : "its worker was lost: back in the queue",
                 {{"run", rescued.run_id},
                  {"lost_worker", rescued.worker_id},
                  {"crashes", std::int64_t{rescued.crashes}}});
  }
}

void LeaseKeeper::prune() {
  if (Clock::now() < next_prune_) return;
  // One batch a beat: the leases don't wait for it.
  const int pruned = queue_.prune(settings_.run_retention, kPruneBatch);
  if (pruned < kPruneBatch) next_prune_ = Clock::now() + queue::jittered(kPruneEvery);
  if (pruned > 0) log_.info("pruned old runs", {{"runs", std::int64_t{pruned}}});
}

}  // namespace aura::worker
