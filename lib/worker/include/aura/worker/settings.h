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
#include "aura/catalogue/measurement_store.h"
#include "aura/catalogue/settings.h"
#include "aura/fetch/fetcher.h"
#include "aura/postgres/database_url.h"
#include "aura/queue/backoff.h"

namespace aura::worker {

// deploy/SETTINGS.md explains each variable, with its default.

/// Limits of an analysis, with or without a queue.
struct AnalysisSettings {
  fetch::FetchLimits fetch;
  audio::DecodeLimits decode;                               ///< MAX_AUDIO_MINUTES
  audio::Sandboxing sandboxing = audio::Sandboxing::kAuto;  ///< AURA_SANDBOX
  std::size_t max_lyrics_bytes = 0;                         ///< MAX_LYRICS_KB
  std::size_t patches = 0;  ///< AURA_PATCHES, as analysis::Tagging has it
};

/// The database with the jobs table.
struct DatabaseSettings {
  postgres::DatabaseUrl url;         ///< DATABASE_URL
  postgres::DatabaseUrl direct_url;  ///< DIRECT_URL, past a pooler; else DATABASE_URL.
  std::optional<std::string> table;  ///< AURA_TABLE
  bool fair_by_user = false;         ///< FAIR_BY_USER
  std::vector<std::string> notes;    ///< Lines about these settings, for the operator.
};

/// What jobs share, and how long it is kept.
struct CacheSettings {
  catalogue::Sharing sharing = catalogue::Sharing::kAll;  ///< CACHE
  catalogue::StoreLimits limits{};  ///< CACHE_RETENTION, CACHE_MAX_MB, PICTURE_RETENTION
};

/// All settings of a worker.
struct WorkerSettings {
  AnalysisSettings analysis;
  DatabaseSettings database;
  CacheSettings cache;
  catalogue::CatalogueSettings catalogue;
  LogLevel log_level = LogLevel::kInfo;        ///< LOG_LEVEL
  LogFormat log_format = LogFormat::kText;     ///< LOG_FORMAT
  std::string worker_id;                       ///< Differs for each process: "host-pid-random".
  int threads = 1;                             ///< WORKER_THREADS
  int claim_batch = 1;                         ///< CLAIM_BATCH
  int max_downloads = 1;                       ///< MAX_DOWNLOADS
  std::size_t max_buffered_bytes = 0;          ///< MAX_BUFFERED_MB
  int max_retries = 0;                         ///< MAX_RETRIES
  int max_host_waits = 0;                      ///< MAX_HOST_WAITS
  queue::BackoffPolicy retry{};                ///< RETRY_BASE, RETRY_MAX
  std::chrono::milliseconds poll_interval{};   ///< POLL_INTERVAL
  std::chrono::milliseconds lease{};           ///< LEASE
  std::chrono::milliseconds job_timeout{};     ///< JOB_TIMEOUT
  int max_crashes = 1;                         ///< MAX_CRASHES
  int max_worker_faults = 0;                   ///< MAX_WORKER_FAULTS
  std::chrono::hours run_retention{};          ///< RUN_RETENTION
  std::chrono::milliseconds shutdown_grace{};  ///< SHUTDOWN_GRACE
  std::uint16_t port = 0;                      ///< PORT of the HTTP endpoint; 0: no endpoint.
  std::optional<std::string> api_token;        ///< AURA_API_TOKEN
};

// Each returns the settings of `env`. Each throws ConfigError, one line, if a variable has a wrong
// value: the line names the variable and its allowed values. Thread-safe.

AnalysisSettings read_analysis_settings(const Env& env);
/// Throws ConfigError also if DATABASE_URL is not set.
DatabaseSettings read_database_settings(const Env& env);
CacheSettings read_cache_settings(const Env& env);
/// Returns WORKER_THREADS: how many tracks are measured at the same time.
int read_threads(const Env& env);
/// Throws ConfigError also if DATABASE_URL is not set.
WorkerSettings read_worker_settings(const Env& env);

}  // namespace aura::worker
