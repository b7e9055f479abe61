#include "running_jobs.h"

#include <algorithm>
#include <utility>

namespace aura::worker {

std::stop_token RunningJobs::begin(std::int64_t run_id) {
  const Lock lock(mutex_);
  auto& run = runs_[run_id];
  run.progressed = Clock::now();
  changed_.notify_all();
  return run.stop.get_token();
}

void RunningJobs::note_ready(std::int64_t run_id, int percent) {
  const Lock lock(mutex_);
  if (const auto run = runs_.find(run_id); run != runs_.end()) {
    run->second.waits = true;
    run->second.percent = percent;
  }
}

void RunningJobs::begin_work(std::int64_t run_id) {
  const Lock lock(mutex_);
  if (const auto run = runs_.find(run_id); run != runs_.end()) {
    run->second.begun = true;
    run->second.waits = false;
    run->second.progressed = Clock::now();
  }
}

void RunningJobs::note_saving(std::int64_t run_id) {
  const Lock lock(mutex_);
  if (const auto run = runs_.find(run_id); run != runs_.end()) run->second.waits = true;
}

void RunningJobs::end(std::int64_t run_id) {
  const Lock lock(mutex_);
  runs_.erase(run_id);
  ++news_;
  changed_.notify_all();
}

void RunningJobs::note_progress(std::int64_t run_id, int percent) {
  const Lock lock(mutex_);
  if (const auto run = runs_.find(run_id); run != runs_.end()) {
    run->second.percent = percent;
    run->second.progressed = Clock::now();
  }
}

int RunningJobs::progress(std::int64_t run_id) const {
  const Lock lock(mutex_);
  const auto run = runs_.find(run_id);
  return run == runs_.end() ? 0 : run->second.percent;
}

StopReason RunningJobs::stop_reason(std::int64_t run_id) const {
  const Lock lock(mutex_);
  const auto run = runs_.find(run_id);
  return run == runs_.end() ? StopReason::kNone : run->second.reason;
}

bool RunningJobs::contains(std::int64_t run_id) const {
  const Lock lock(mutex_);
  return runs_.contains(run_id);
}

std::vector<std::int64_t> RunningJobs::all() const {
  return runs_where([](const Run&) { return true; });
}

std::vector<std::int64_t> RunningJobs::waiting() const {
  return runs_where([](const Run& run) { return !run.begun && run.reason == StopReason::kNone; });
}

std::vector<std::int64_t> RunningJobs::alive(Clock::time_point since) const {
  return runs_where([&](const Run& run) { return run.waits || run.progressed >= since; });
}

template <typename Wanted>
std::vector<std::int64_t> RunningJobs::runs_where(Wanted wanted) const {
  const Lock lock(mutex_);
  std::vector<std::int64_t> ids;
  for (const auto& [id, run] : runs_) {
    if (wanted(run)) ids.push_back(id);
  }
  return ids;
}

int RunningJobs::stop(const std::vector<std::int64_t>& run_ids, StopReason reason) {
  return stop_where(
      [&](std::int64_t id, const Run&) {
        return std::find(run_ids.begin(), run_ids.end(), id) != run_ids.end();
      },
      reason);
}

int RunningJobs::stop_stalled(Clock::time_point since) {
  return stop_where(
      [&](std::int64_t, const Run& run) { return !run.waits && run.progressed < since; },
      StopReason::kTimedOut);
}

template <typename Stale>
int RunningJobs::stop_where(Stale stale, StopReason reason) {
  // Told outside the lock: stop callbacks may call back in.
  std::vector<std::stop_source> sources;
  {
    const Lock lock(mutex_);
    for (auto& [id, run] : runs_) {
      if (run.reason != StopReason::kNone || !stale(id, run)) continue;
      run.reason = reason;
      sources.push_back(run.stop);
    }
  }
  for (auto& source : sources) source.request_stop();
  return static_cast<int>(sources.size());
}

void RunningJobs::note_lost(const std::vector<std::int64_t>& run_ids) {
  const Lock lock(mutex_);
  lost_.insert(lost_.end(), run_ids.begin(), run_ids.end());
}

std::vector<std::int64_t> RunningJobs::take_lost() {
  const Lock lock(mutex_);
  return std::exchange(lost_, {});
}

std::size_t RunningJobs::size() const {
  const Lock lock(mutex_);
  return runs_.size();
}

void RunningJobs::wake() {
  const Lock lock(mutex_);
  ++news_;
  changed_.notify_all();
}

std::uint64_t RunningJobs::news() const {
  const Lock lock(mutex_);
  return news_;
}

void RunningJobs::wait_for_news(std::uint64_t seen, std::chrono::milliseconds at_most,
                                const std::stop_token& stop) {
  Lock lock(mutex_);
  changed_.wait_for(lock, stop, at_most, [&]() AURA_REQUIRES(mutex_) { return news_ > seen; });
}

void RunningJobs::wait_until_busy(std::chrono::milliseconds at_most, const std::stop_token& stop) {
  Lock lock(mutex_);
  changed_.wait_for(lock, stop, at_most, [this]() AURA_REQUIRES(mutex_) { return !runs_.empty(); });
}

bool RunningJobs::wait_until_idle(std::chrono::milliseconds at_most, const std::stop_token& stop) {
  Lock lock(mutex_);
  return changed_.wait_for(lock, stop, at_most,
                           [this]() AURA_REQUIRES(mutex_) { return runs_.empty(); });
}

}  // namespace aura::worker
