#include "progress_writer.h"

#include <algorithm>
#include <string>

#include "aura/base/wait.h"

namespace aura::worker {

ProgressWriter::ProgressWriter(const WorkerSettings& settings, const queue::QueueTable& table,
                               RunningJobs& running, metrics::Instruments& instruments,
                               const Log& log)
    : running_(running),
      instruments_(instruments),
      connection_(settings.database.url),
      queue_(connection_, table),
      outage_(log) {}

void ProgressWriter::report(std::int64_t run_id, int percent) {
  const Lock lock(mutex_);
  latest_[run_id] = percent;
  has_news_ = true;
  reported_.notify_one();
}

void ProgressWriter::forget(std::int64_t run_id) {
  const Lock lock(mutex_);
  latest_.erase(run_id);
}

void ProgressWriter::run(const std::stop_token& stop) noexcept {
  thread_.check();
  while (!stop.stop_requested()) {
    std::vector<queue::ProgressReport> reports;
    try {
      reports = wait_for_reports(stop);
      if (reports.empty()) continue;
      stop_lost(reports, queue_.report_progress(reports));
      outage_.over();
    } catch (const std::exception& error) {
      take_back(reports);
      wait_for(outage_.failed("progress is not shown", error.what()), stop);
    }
  }
}

std::vector<queue::ProgressReport> ProgressWriter::wait_for_reports(const std::stop_token& stop) {
  Lock lock(mutex_);
  reported_.wait(lock, stop, [this]() AURA_REQUIRES(mutex_) { return has_news_; });
  has_news_ = false;
  std::vector<queue::ProgressReport> reports;
  for (auto& [run_id, percent] : latest_) {
    if (percent) reports.push_back({run_id, *percent});
    percent.reset();
  }
  return reports;
}

void ProgressWriter::take_back(const std::vector<queue::ProgressReport>& reports) {
  const Lock lock(mutex_);
  for (const auto& [run_id, percent] : reports) {
    const auto latest = latest_.find(run_id);
    if (latest != latest_.end() && !latest->second) latest->second = percent;
  }
  has_news_ = true;
}

void ProgressWriter::stop_lost(const std::vector<queue::ProgressReport>& reports,
                               const std::vector<std::int64_t>& ours) {
  std::vector<std::int64_t> lost;
  {
    const Lock lock(mutex_);
    for (const auto& report : reports) {
      // A run that was forgotten meanwhile has ended normally.
      if (!std::binary_search(ours.begin(), ours.end(), report.run_id) &&
          latest_.contains(report.run_id)) {
        lost.push_back(report.run_id);
      }
    }
  }
  instruments_.count_refused_writes(running_.stop(lost, StopReason::kLost));
}

}  // namespace aura::worker
