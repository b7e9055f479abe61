#include "follow.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <stop_token>

#include "aura/base/text.h"
#include "aura/base/wait.h"
#include "aura/queue/states.h"
#include "aura/queue/status.h"

namespace aura::app {
namespace {

constexpr std::chrono::milliseconds kPollInterval{250};
constexpr std::size_t kMostBars = 12;
constexpr int kBarWidth = 30;

std::string pad(std::string text, std::size_t width) {
  // Counted in characters: titles are UTF-8.
  const auto length = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
  if (length < width) text.append(width - length, ' ');
  return text;
}

std::string label(const queue::JobDetails& job) {
  return pad(one_line(job.track_title, 30), 30);
}

std::string number(const char* format, double value) {
  char text[40];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string bar(const queue::JobDetails& job) {
  const int full = std::clamp(job.progress, 0, 100) * kBarWidth / 100;
  return label(job) + " [" + std::string(static_cast<std::size_t>(full), '#') +
         std::string(static_cast<std::size_t>(kBarWidth - full), '-') + "] " +
         number("%3.0f %%", job.progress);
}

std::string state_line(const queue::JobDetails& job) {
  auto line = label(job) + " " + job.job_id + " " + job.status;
  if (job.status == queue::text_of(queue::JobStatus::kProcessing))
    line += " " + std::to_string(job.progress) + " %";
  if (job.status == queue::text_of(queue::JobStatus::kQueued) && job.next_attempt_at)
    line += ", next attempt at " + *job.next_attempt_at;
  if (job.error_message) line += ": " + one_line(*job.error_message);
  return line;
}

bool has_ended(const queue::JobDetails& job) {
  return job.status == queue::text_of(queue::JobStatus::kCompleted) ||
         job.status == queue::text_of(queue::JobStatus::kFailed);
}

/// The bars of running jobs and a line of totals, drawn over themselves; lines that stay scroll
/// past above.
class Screen {
 public:
  void keep(const std::string& line) { kept_ += line + "\n"; }

  void draw(const std::vector<std::string>& live) {
    std::string output;
    if (lines_ > 0) output = "\x1b[" + std::to_string(lines_) + "A\r\x1b[J";
    output += kept_;
    for (const auto& line : live) output += line + "\n";
    std::cout << output << std::flush;
    kept_.clear();
    lines_ = live.size();
  }

 private:
  std::string kept_;
  std::size_t lines_ = 0;
};

void print_results(const std::vector<queue::JobDetails>& jobs) {
  std::cout << "\n"
            << pad("TRACK", 30) << " " << pad("STATUS", 10)
            << "  HIT  AUDIO  LYRICS    TEMPO  SECONDS\n";
  for (const auto& job : jobs) {
    std::cout << label(job) << " " << pad(job.status, 10);
    if (job.status == queue::text_of(queue::JobStatus::kCompleted)) {
      std::cout << number("%5.0f", job.hit_factor.value_or(0))
                << number("%7.0f", job.audio_score.value_or(0))
                << number("%8.0f", job.lyrics_score.value_or(0))
                << (job.tempo_bpm > 0.0 ? number("%9.1f", *job.tempo_bpm) : "     none")
                << number("%9.2f", job.processing_time_ms.value_or(0) / 1000.0);
    } else if (job.error_message) {
      std::cout << "  " << one_line(*job.error_message);
    }
    std::cout << "\n";
  }
}

}  // namespace

bool follow(Database& database, const std::vector<std::string>& job_ids) {
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  Screen screen;
  std::map<std::string, std::string> last_lines;
  std::vector<queue::JobDetails> jobs;
  while (true) {
    jobs.clear();
    std::vector<std::string> bars;
    std::size_t ended = 0;
    for (const auto& id : job_ids) {
      auto job = queue::find_job(database.connection, database.table, id);
      if (!job) {
        job.emplace();
        job->job_id = id;
        job->status = queue::text_of(queue::JobStatus::kFailed);
        job->error_message = "the job was deleted";
      }
      const auto line = state_line(*job);
      const bool changed = std::exchange(last_lines[id], line) != line;
      if (has_ended(*job)) ++ended;
      if (changed && (!terminal || has_ended(*job))) screen.keep(line);
      if (job->status == queue::text_of(queue::JobStatus::kProcessing) && bars.size() < kMostBars)
        bars.push_back(bar(*job));
      jobs.push_back(std::move(*job));
    }
    if (terminal)
      bars.push_back(std::to_string(ended) + " of " + std::to_string(jobs.size()) + " done");
    screen.draw(terminal ? bars : std::vector<std::string>{});
    if (ended == jobs.size()) break;
    wait_for(kPollInterval, std::stop_token{});
  }
  print_results(jobs);
  return std::all_of(jobs.begin(), jobs.end(), [](const auto& job) {
    return job.status == queue::text_of(queue::JobStatus::kCompleted);
  });
}

}  // namespace aura::app
