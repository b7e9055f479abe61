#include "model.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace aura::queue {
namespace {

Ending ending_of(const std::string& state, const std::string& wanted) {
  if (state == wanted) return Ending::kDone;
  return state == "cancelled" || state == "superseded" ? Ending::kCancelled : Ending::kLost;
}

}  // namespace

void Model::set_status(const std::string& job_id, const std::string& status) {
  auto& job = jobs_[job_id];
  if (!job.row) return;
  const bool had_ended = job.row->status == "completed" || job.row->status == "failed";
  if (had_ended && status == "queued") job.gate.reset();
  job.row->status = status;
}

std::vector<std::string> Model::claimable(int limit, bool in_turn) const {
  return in_turn ? first_in_turn(limit) : first(limit);
}

std::string Model::suspect(const std::string& worker) const {
  std::string first;
  for (const auto& [id, job] : jobs_) {
    if (!job.is_queued() || !job.is_due() || !job.is_suspect()) continue;
    if (job.gate->reserved_by == worker) return id;
    if (first.empty() && job.gate->reserved_by.empty()) first = id;
  }
  return first;
}

void Model::reserve(const std::string& job_id, const std::string& worker) {
  jobs_.at(job_id).gate->reserved_by = worker;
}

void Model::end_reservation(const std::string& job_id) {
  if (auto& gate = jobs_.at(job_id).gate) gate->reserved_by.clear();
}

std::vector<std::string> Model::first(int limit) const {
  std::vector<std::string> ids;
  for (const auto& [id, job] : jobs_) {
    if (static_cast<int>(ids.size()) == limit) break;
    if (job.is_queued() && job.is_due() && !job.is_suspect()) ids.push_back(id);
  }
  return ids;
}

std::vector<std::string> Model::first_in_turn(int limit) const {
  std::set<std::string> waiting;
  for (const auto& [id, job] : jobs_) {
    if (job.is_queued()) waiting.insert(job.user);
  }
  // With so many users a claim is one round.
  const int most = static_cast<int>(waiting.size()) >= limit ? 1 : limit;
  std::map<std::string, int> places;
  std::vector<std::tuple<int, std::int64_t, std::string>> ranked;
  for (const auto& [id, job] : jobs_) {
    if (!job.is_queued() || !job.is_due() || job.is_suspect()) continue;
    const int place = places[job.user]++;
    const auto turn = turns_.find(job.user);
    if (place < most) ranked.emplace_back(place, turn == turns_.end() ? 0 : turn->second, id);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> ids;
  for (const auto& [place, turn, id] : ranked) {
    if (static_cast<int>(ids.size()) < limit) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

void Model::note_turn(const std::string& job_id, std::int64_t run_id) {
  auto& turn = turns_[jobs_.at(job_id).user];
  turn = std::max(turn, run_id);
}

int Model::start(const std::string& job_id, std::int64_t run_id, const std::string& worker) {
  auto& job = jobs_.at(job_id);
  if (!job.gate) job.gate.emplace();
  for (auto& run : job.runs) {
    if (run.state != "running") continue;
    run.state = "superseded";
    job.gate->attempts = job.gate->crashes = 0;
  }
  ++job.gate->attempts;
  job.gate->reserved_by.clear();
  job.runs.push_back({run_id, job.gate->attempts, worker});
  job_of_[run_id] = job_id;
  job.row = Row{.status = "processing"};
  return job.gate->attempts;
}

bool Model::report_progress(std::int64_t run_id, int percent) {
  if (!is_ours(run_id)) return false;
  job_with(run_id).row->progress = percent;
  return true;
}

template <typename Write>
Ending Model::end(std::int64_t run_id, const std::string& state, Write write) {
  auto* run = find(run_id);
  if (run == nullptr) return Ending::kLost;
  auto& job = job_with(run_id);
  if (is_ours(run_id)) {
    run->state = state;
    write(job);
  } else if (run->state == "running") {
    run->state = "cancelled";
    job.gate.reset();
  }
  return ending_of(run->state, state);
}

Ending Model::complete(std::int64_t run_id) {
  return end(run_id, "completed", [](Job& job) {
    job.row = Row{"completed", 100, "-", true};
    job.gate.reset();
  });
}

Ending Model::retry(std::int64_t run_id, bool is_due) {
  return end(run_id, "retrying", [&](Job& job) {
    job.row->status = "queued";
    job.row->progress = 0;
    job.gate->is_due = is_due;
  });
}

Ending Model::fail(std::int64_t run_id, const std::string& message) {
  return end(run_id, "failed", [&](Job& job) {
    job.row->status = "failed";
    job.row->error = message;
    job.gate.reset();
  });
}

Ending Model::excuse(std::int64_t run_id) {
  return end(run_id, "released", [](Job& job) {
    job.row->status = "queued";
    job.row->progress = 0;
    job.gate->is_due = true;
    job.gate->attempts = std::max(job.gate->attempts - 1, 0);
  });
}

std::vector<std::int64_t> Model::put_back(const std::vector<std::int64_t>& run_ids,
                                          const std::string& state) {
  std::vector<std::int64_t> put_back;
  for (const auto id : run_ids) {
    const auto* run = find(id);
    if (run == nullptr || run->state != "running") continue;
    put_back.push_back(id);
    end(id, state, [](Job& job) {
      job.row->status = "queued";
      job.row->progress = 0;
      job.gate->is_due = true;
      job.gate->attempts = std::max(job.gate->attempts - 1, 0);
    });
  }
  std::sort(put_back.begin(), put_back.end());
  return put_back;
}

Ending Model::abandon(std::int64_t run_id) {
  put_back({run_id}, "lost");
  const auto* run = find(run_id);
  return run == nullptr ? Ending::kLost : ending_of(run->state, "lost");
}

int Model::abandon_strays(const std::string& worker, const std::vector<std::int64_t>& known) {
  auto strays = running();
  std::erase_if(strays, [&](std::int64_t id) {
    return find(id)->worker != worker || std::find(known.begin(), known.end(), id) != known.end();
  });
  return static_cast<int>(put_back(strays, "lost").size());
}

std::vector<std::int64_t> Model::extend(const std::vector<std::int64_t>& run_ids) {
  std::vector<std::int64_t> ours;
  std::copy_if(run_ids.begin(), run_ids.end(), std::back_inserter(ours),
               [&](std::int64_t id) { return is_ours(id); });
  for (const auto id : ours) find(id)->is_expired = false;
  std::sort(ours.begin(), ours.end());
  return ours;
}

std::vector<Queue::Rescued> Model::rescue(int max_retries, int max_crashes, bool charges_nothing) {
  std::vector<Queue::Rescued> rescued;
  for (const auto id : running()) {
    auto* run = find(id);
    if (!run->is_expired) continue;
    end(id, "lost", [&](Job& job) {
      if (charges_nothing) {
        job.gate->attempts = std::max(job.gate->attempts - 1, 0);
      } else {
        run->charged = ++job.gate->crashes;
      }
      const int crashes = job.gate->crashes;
      const bool is_out =
          !charges_nothing && (crashes >= max_crashes || job.gate->attempts > max_retries);
      job.row->status = is_out ? "failed" : "queued";
      if (is_out) {
        job.row->error = crashes >= max_crashes ? "crashed out" : "tried out";
        job.row->failed_by = id;
        job.gate.reset();
      } else {
        job.row->progress = 0;
        job.gate->is_due = true;
      }
      rescued.push_back({.run_id = id,
                         .job_id = job_of_.at(id),
                         .worker_id = run->worker,
                         .crashes = crashes,
                         .failed = is_out});
    });
  }
  return rescued;
}

int Model::take_back_charges(const std::string& worker) {
  std::map<std::int64_t, int> charged;
  for (auto& [job_id, job] : jobs_) {
    for (auto& run : job.runs) {
      if (run.worker != worker || !run.charged) continue;
      charged[run.id] = *run.charged;
      run.charged.reset();
      if (!job.gate || job.gate->crashes == 0) continue;  // gone, or it has started anew since
      --job.gate->crashes;
      job.gate->attempts = std::max(job.gate->attempts - 1, 0);
    }
  }
  for (const auto& [id, crashes] : charged) {
    auto& job = job_with(id);
    if (!job.row || job.row->status != "failed" || job.row->failed_by != id) continue;
    if (job.runs.back().id != id) continue;
    job.row = Row{};
    job.gate = Gate{job.runs.back().attempt - 1, crashes - 1};
  }
  return static_cast<int>(charged.size());
}

int Model::prune() {
  std::erase_if(turns_, [&](const auto& turn) { return find(turn.second) == nullptr; });
  int pruned = 0;
  for (auto& [id, job] : jobs_) {
    pruned += static_cast<int>(
        std::erase_if(job.runs, [](const Run& run) { return run.state != "running"; }));
    const bool waits = job.row && (job.row->status == "queued" || job.row->status == "processing");
    if (job.runs.empty() && !waits) job.gate.reset();
  }
  std::erase_if(jobs_, [](const auto& entry) {
    return !entry.second.row && !entry.second.gate && entry.second.runs.empty();
  });
  return pruned;
}

bool Model::has_work() const {
  return !running().empty() || std::any_of(jobs_.begin(), jobs_.end(), [](const auto& entry) {
    return entry.second.is_queued();
  });
}

bool Model::cancel_job(const std::string& job_id) {
  auto& job = jobs_.at(job_id);
  if (!job.row || (job.row->status != "queued" && job.row->status != "processing")) return false;
  for (auto& run : job.runs) {
    if (run.state == "running") run.state = "cancelled";
  }
  job.row->status = "failed";
  job.row->error = "cancelled";
  job.row->failed_by = 0;
  job.gate.reset();
  return true;
}

bool Model::retry_job(const std::string& job_id) {
  auto& job = jobs_.at(job_id);
  if (!job.row || (job.row->status != "failed" && job.row->status != "queued")) return false;
  job.row->status = "queued";
  job.row->progress = 0;
  job.row->error = "-";
  job.row->failed_by = 0;
  job.gate.reset();
  return true;
}

std::vector<std::string> Model::retry_failed_jobs() {
  std::vector<std::string> ids;
  for (const auto& [id, job] : jobs_) {
    if (job.row && job.row->status == "failed" && job.row->error != "cancelled") ids.push_back(id);
  }
  for (const auto& id : ids) retry_job(id);
  return ids;
}

void Model::expire(std::int64_t run_id) {
  if (auto* run = find(run_id); run != nullptr && run->state == "running") run->is_expired = true;
}

void Model::make_due(const std::string& job_id) {
  if (auto& gate = jobs_.at(job_id).gate) gate->is_due = true;
}

std::vector<std::string> Model::rows() const {
  std::vector<std::string> ids;
  for (const auto& [id, job] : jobs_) {
    if (job.row) ids.push_back(id);
  }
  return ids;
}

std::vector<std::string> Model::all() const {
  std::vector<std::string> ids;
  for (const auto& [id, job] : jobs_) ids.push_back(id);
  return ids;
}

std::vector<std::int64_t> Model::running() const {
  std::vector<std::int64_t> ids;
  for (const auto& [id, job] : jobs_) {
    for (const auto& run : job.runs) {
      if (run.state == "running") ids.push_back(run.id);
    }
  }
  return ids;
}

std::string Model::describe(const std::string& job_id) const {
  const auto found = jobs_.find(job_id);
  const Job job = found == jobs_.end() ? Job{} : found->second;
  std::string line = job_id + ": ";
  if (job.row) {
    line += job.row->status + " " + std::to_string(job.row->progress) + " " + job.row->error +
            (job.row->has_completed_at ? " ended" : "");
  } else {
    line += "no row";
  }
  line += " | ";
  if (job.gate) {
    line += std::to_string(job.gate->attempts) + " attempts " + std::to_string(job.gate->crashes) +
            " crashes" + (job.gate->is_due ? "" : " waits") +
            (job.gate->reserved_by.empty() ? "" : " for " + job.gate->reserved_by);
  } else {
    line += "no gate";
  }
  for (const auto& run : job.runs) {
    line += " | " + std::to_string(run.id) + " " + std::to_string(run.attempt) + " " + run.worker +
            " " + run.state + (run.is_expired && run.state == "running" ? " expired" : "") +
            (run.charged ? " charged " + std::to_string(*run.charged) : "");
  }
  return line;
}

Model::Run* Model::find(std::int64_t run_id) {
  const auto job = jobs_.find(job_of_.at(run_id));
  if (job == jobs_.end()) return nullptr;
  for (auto& run : job->second.runs) {
    if (run.id == run_id) return &run;
  }
  return nullptr;
}

bool Model::is_ours(std::int64_t run_id) {
  const auto* run = find(run_id);
  if (run == nullptr || run->state != "running") return false;
  const auto& row = job_with(run_id).row;
  return row && row->status == "processing";
}

}  // namespace aura::queue
