#include "aura/queue/status.h"

#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/worker/settings.h"
#include "commands.h"
#include "follow.h"
#include "input.h"

namespace aura::app {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::vector<std::string> job_ids;
  bool json = false;
  bool wait = false;
};

template <typename Value>
void set_if(Json& json, const char* key, const std::optional<Value>& value) {
  if (value) json[key] = *value;
}

/// "3 h 12 min", "45 s": what people say of a wait.
std::string age(double seconds) {
  const auto whole = static_cast<long>(seconds);
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + " min";
  if (whole < 48 * 3600)
    return std::to_string(whole / 3600) + " h " + std::to_string(whole / 60 % 60) + " min";
  return std::to_string(whole / 86400) + " days";
}

Json to_json(const queue::Overview& overview) {
  Json json{{"queued", overview.queued},       {"processing", overview.processing},
            {"completed", overview.completed}, {"failed", overview.failed},
            {"setAside", overview.set_aside},  {"completedLastHour", overview.completed_last_hour}};
  set_if(json, "oldestWaitingSeconds", overview.oldest_waiting_s);
  json["lastErrors"] = Json::array();
  for (const auto& error : overview.last_errors) {
    json["lastErrors"].push_back({{"jobId", error.job_id},
                                  {"errorMessage", error.error_message},
                                  {"failedAt", error.failed_at}});
  }
  return json;
}

void print(const queue::Overview& overview) {
  std::cout << "queued      " << overview.queued;
  if (overview.oldest_waiting_s)
    std::cout << "  (the oldest has waited " << age(*overview.oldest_waiting_s) << ")";
  std::cout << "\nprocessing  " << overview.processing << "\ncompleted   " << overview.completed
            << "  (" << overview.completed_last_hour << " in the last hour)\nfailed      "
            << overview.failed << "\n";
  if (overview.set_aside > 0)
    std::cout << "set aside   " << overview.set_aside << "  (aura doctor says why)\n";
  if (!overview.last_errors.empty()) std::cout << "last errors\n";
  for (const auto& error : overview.last_errors) {
    std::cout << "  " << error.failed_at << "  " << one_line(error.job_id, 60) << "  "
              << one_line(error.error_message) << "\n";
  }
}

Json to_json(const queue::JobDetails& job, const std::vector<queue::RunRecord>& runs) {
  Json json{{"jobId", job.job_id},           {"status", job.status},
            {"progress", job.progress},      {"trackTitle", job.track_title},
            {"artistName", job.artist_name}, {"audioUrl", redact_url(job.audio_url)},
            {"createdAt", job.created_at}};
  set_if(json, "completedAt", job.completed_at);
  set_if(json, "measuredBefore", job.measured_before);
  set_if(json, "nextAttemptAt", job.next_attempt_at);
  set_if(json, "hitFactor", job.hit_factor);
  set_if(json, "audioScore", job.audio_score);
  set_if(json, "lyricsScore", job.lyrics_score);
  set_if(json, "brandScore", job.brand_score);
  set_if(json, "marketScore", job.market_score);
  set_if(json, "tempo", job.tempo_bpm);
  set_if(json, "processingTime", job.processing_time_ms);
  set_if(json, "errorMessage", job.error_message);
  json["attempts"] = Json::array();
  for (const auto& run : runs) {
    Json entry{{"attempt", run.attempt},
               {"worker", run.worker_id},
               {"state", run.state},
               {"startedAt", run.started_at},
               {"seconds", run.seconds}};
    set_if(entry, "endedAt", run.ended_at);
    set_if(entry, "errorCode", run.error_code);
    set_if(entry, "errorMessage", run.error_message);
    json["attempts"].push_back(std::move(entry));
  }
  return json;
}

void print(const queue::JobDetails& job, const std::vector<queue::RunRecord>& runs) {
  std::cout << one_line(job.track_title) << " by " << one_line(job.artist_name) << "\n  job        "
            << one_line(job.job_id) << "\n  status     " << job.status << ", " << job.progress
            << " %\n  audio      " << redact_url(job.audio_url) << "\n  submitted  "
            << job.created_at << "\n";
  if (job.completed_at) std::cout << "  completed  " << *job.completed_at << "\n";
  if (job.measured_before)
    std::cout << "  measured before, on " << *job.measured_before << ", for another job\n";
  if (job.next_attempt_at) std::cout << "  next attempt " << *job.next_attempt_at << "\n";
  if (job.hit_factor) {
    std::cout << "  hit factor " << *job.hit_factor << "  (audio " << job.audio_score.value_or(0)
              << ", lyrics " << job.lyrics_score.value_or(0) << ", brand "
              << job.brand_score.value_or(0) << ", market " << job.market_score.value_or(0)
              << ")\n";
  }
  if (job.tempo_bpm > 0.0) {
    std::printf("  tempo      %.1f BPM\n", *job.tempo_bpm);
  } else if (job.tempo_bpm) {
    std::cout << "  tempo      none found\n";
  }
  if (job.error_message) std::cout << "  error      " << one_line(*job.error_message) << "\n";
  for (const auto& run : runs) {
    std::cout << "  attempt " << run.attempt << "  " << run.state << " after " << age(run.seconds)
              << ", since " << run.started_at << ", on " << one_line(run.worker_id);
    if (run.error_message) std::cout << ": " << one_line(*run.error_message);
    std::cout << "\n";
  }
}

int run(const Options& options) {
  Database database(worker::read_database_settings(Env::load()));
  auto& [connection, table] = database;
  if (options.wait) return follow(database, options.job_ids) ? 0 : 1;
  if (options.job_ids.empty()) {
    const auto overview = queue::overview(connection, table);
    if (options.json) {
      std::cout << to_json(overview).dump() << "\n";
    } else {
      print(overview);
    }
    return 0;
  }
  int unknown = 0;
  for (const auto& id : options.job_ids) {
    const auto job = queue::find_job(connection, table, id);
    if (!job) {
      std::cerr << "aura: there is no job " << one_line(id, 60) << "\n";
      ++unknown;
      continue;
    }
    const auto runs = queue::find_runs(connection, table, id);
    if (options.json) {
      std::cout << to_json(*job, runs).dump() << "\n";
    } else {
      print(*job, runs);
    }
  }
  return unknown == 0 ? 0 : 1;
}

}  // namespace

void add_status(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("status", "Show the queue, or jobs and their attempts");
  const auto options = std::make_shared<Options>();
  command->add_option("jobId", options->job_ids, "Jobs to show; default: the queue")
      ->type_name("JOBID");
  auto* json = command->add_flag("--json", options->json, "Print JSON, one line per job");
  command
      ->add_flag("--wait", options->wait,
                 "Show progress until the jobs end, then print the results")
      ->excludes(json);
  command->footer("Needs DATABASE_URL. Exit status 1: a job is unknown or, with --wait, failed.");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace aura::app
