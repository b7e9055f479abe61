#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aura/audio/decoder.h"
#include "aura/base/env.h"
#include "aura/base/log.h"
#include "aura/fetch/fetcher.h"
#include "aura/postgres/database_url.h"
#include "aura/queue/backoff.h"

namespace aura::worker {

/// What an analysis may take, with or without a queue.
struct AnalysisSettings {
  fetch::FetchLimits fetch;
  audio::DecodeLimits decode;
  audio::Sandboxing sandboxing = audio::Sandboxing::kAuto;  ///< AURA_SANDBOX
  std::size_t max_lyrics_bytes = 0;
};

/// Where the jobs are.
struct DatabaseSettings {
  postgres::DatabaseUrl url;
  postgres::DatabaseUrl direct_url;  ///< DIRECT_URL: past the pooler, to listen; else the same
  std::optional<std::string> table;  ///< AURA_TABLE
  bool fair_by_user = false;         ///< FAIR_BY_USER
  std::vector<std::string> notes;    ///< what an operator should know of them, a line each
};

/// All that a worker goes by. deploy/SETTINGS.md says what each is for.
struct WorkerSettings {
  AnalysisSettings analysis;
  DatabaseSettings database;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  std::string worker_id;
  int threads = 1;
  int claim_batch = 1;
  int max_downloads = 1;
  std::size_t max_buffered_bytes = 0;
  int max_retries = 0;
  int max_host_waits = 0;
  queue::BackoffPolicy retry{};
  std::chrono::milliseconds poll_interval{};
  std::chrono::milliseconds lease{};
  std::chrono::milliseconds job_timeout{};
  int max_crashes = 1;
  int max_worker_faults = 0;  ///< MAX_WORKER_FAULTS
  std::chrono::hours run_retention{};
  std::chrono::hours picture_retention{};  ///< 0: none are kept
  std::chrono::milliseconds shutdown_grace{};
  std::uint16_t port = 0;                ///< of the HTTP endpoint; 0: none
  std::optional<std::string> api_token;  ///< AURA_API_TOKEN
};

/// Each throws ConfigError with one line that names the variable and what it may be.
AnalysisSettings read_analysis_settings(const Env& env);
DatabaseSettings read_database_settings(const Env& env);
WorkerSettings read_worker_settings(const Env& env);

}  // namespace aura::worker
