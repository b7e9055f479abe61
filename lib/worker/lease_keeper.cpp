#include "lease_keeper.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "aura/base/wait.h"
#include "set_aside.h"

namespace aura::worker {
namespace {

using std::chrono::milliseconds;

/// Runs of lost workers are rescued this long after their leases ran out, at the latest.
constexpr milliseconds kRescueEvery{4000};
/// After an outage, other workers reach the database again and extend their leases.
constexpr milliseconds kOthersReturnWithin{10'000};
/// Spreads the retries of jobs that were lost together.
constexpr milliseconds kMostSpread{1000};

milliseconds beat_interval(const WorkerSettings& settings) {
  return std::min<milliseconds>(settings.lease / 3, kRescueEvery);
}

/// The ids of `all` that are not in `some`. Both are sorted.
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
      outage_(log) {}

void LeaseKeeper::run(const std::stop_token& stop) noexcept {
  thread_.check();
  const auto every = beat_interval(settings_);
  do {
    const auto idle_for = round();
    if (idle_for > every) running_.wait_until_busy(idle_for - every, stop);
  } while (wait_for(queue::jittered(every, 0.1), stop));
  try {
    take_back_charges();
  } catch (const std::exception& error) {
    outage_.failed("a crash that was none can't be taken back", error.what());
  }
}

milliseconds LeaseKeeper::round() noexcept {
  thread_.check();
  const auto every = beat_interval(settings_);
  const char* failing = "the leases can't be kept";
  try {
    stop_stalled();
    beat();
    take_back_charges();
    // After an outage, other workers first extend the leases of their runs.
    const auto hold_back = std::min<milliseconds>(3 * settings_.lease / 4, kOthersReturnWithin);
    if (Clock::now() - running_.database_lost_at() < hold_back) return every;
    failing = "what other workers lost can't be put back";
    rescue();
    queue_.write_stranded();
    queue_.forget_ended();
    const bool is_idle = running_.size() == 0 && !queue_.next_expiry();
    outage_.over();
    return is_idle ? std::max(settings_.lease, settings_.poll_interval) : every;
  } catch (const postgres::DatabaseLost& error) {
    running_.note_database_lost();
    outage_.failed(failing, error.what());
  } catch (const std::exception& error) {
    outage_.failed(failing, error.what());
  }
  return every;
}

void LeaseKeeper::stop_stalled() {
  const int stalled = running_.stop_stalled(Clock::now() - settings_.job_timeout);
  if (stalled > 0)
    log_.warning("jobs made no progress for too long", {{"jobs", std::int64_t{stalled}}});
}

void LeaseKeeper::beat() {
  thread_.check();
  const auto alive = running_.alive(Clock::now() - settings_.job_timeout);
  if (alive.empty()) return;
  const auto missing = difference(alive, queue_.extend(alive, settings_.lease));
  if (missing.empty()) return;
  // A run that ended during the beat is missing too. stop() ignores it.
  const auto lost = difference(missing, queue_.held(missing));
  if (running_.stop(lost, StopReason::kLost) > 0) running_.note_lost(lost);
}

void LeaseKeeper::take_back_charges() {
  thread_.check();
  const auto lost = running_.take_lost();
  if (lost.empty()) return;
  try {
    const int charges = queue_.take_back_charges(lost, settings_.max_retries);
    if (charges > 0) {
      log_.warning("this worker was taken for lost, and is not: took back what that cost its jobs",
                   {{"jobs", std::int64_t{charges}}});
    }
  } catch (...) {
    running_.note_lost(lost);
    throw;
  }
}

void LeaseKeeper::rescue() {
  thread_.check();
  // A lease that ended while the database was away doesn't mean that its worker is lost.
  const auto lost_at = running_.database_lost_at();
  const bool was_away = lost_at > rescued_at_ || Clock::now() - lost_at < settings_.lease;
  const auto runs =
      queue_.rescue({.max_retries = settings_.max_retries,
                     .max_crashes = settings_.max_crashes,
                     .spread = std::min<milliseconds>(settings_.retry.base, kMostSpread),
                     .charges_nothing = was_away});
  rescued_at_ = Clock::now();
  for (const auto& run : runs) {
    if (run.failed) instruments_.count(metrics::Outcome::kFailed);
    log_.for_job(run.job_id, run.attempt)
        .warning(run.failed ? "its worker was lost again and again: failed"
                 : was_away ? "its lease ended while the database was away: back in the queue"
                            : "its worker was lost: back in the queue",
                 {{"run", run.run_id},
                  {"lost_worker", run.worker_id},
                  {"crashes", std::int64_t{run.crashes}}});
  }
  instruments_.count_rescued(runs.size());
  tell_of_set_aside(queue_, log_, instruments_);
}

}  // namespace aura::worker
