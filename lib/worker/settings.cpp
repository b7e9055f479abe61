#include "aura/worker/settings.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>

#include "aura/base/cpus.h"
#include "aura/base/error.h"
#include "aura/base/text.h"
#include "aura/models/track_tagger.h"
#include "aura/queue/queue_table.h"

namespace aura::worker {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Tells processes apart, on one host and over time: "host-pid-random".
std::string make_worker_id() {
  std::array<char, 64> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  std::string id = one_line(host.data()) + "-" + std::to_string(getpid()) + "-";
  std::random_device random;
  for (int i = 0; i < 4; ++i) id += "0123456789abcdefghijklmnopqrstuvwxyz"[random() % 36];
  return id;
}

audio::Sandboxing parse_sandboxing(std::string_view text) {
  if (text == "auto") return audio::Sandboxing::kAuto;
  if (text == "off") return audio::Sandboxing::kOff;
  if (text == "require") return audio::Sandboxing::kRequire;
  throw ConfigError("AURA_SANDBOX must be auto, off or require");
}

catalogue::Sharing parse_sharing(std::string_view text) {
  if (text == "all") return catalogue::Sharing::kAll;
  if (text == "user") return catalogue::Sharing::kUser;
  if (text == "off") return catalogue::Sharing::kOff;
  throw ConfigError("CACHE must be all, user or off");
}

std::size_t read_patches(const Env& env) {
  using models::TrackTagger;
  if (env.find("AURA_PATCHES") == "all") return TrackTagger::kEveryPatch;
  try {
    return static_cast<std::size_t>(env.integer("AURA_PATCHES", TrackTagger::kPatches, 1,
                                                std::int64_t{TrackTagger::kMostPatches}));
  } catch (const ConfigError&) {
    throw ConfigError("AURA_PATCHES must be a whole number from 1 to " +
                      std::to_string(TrackTagger::kMostPatches) + ", or all");
  }
}

std::optional<std::string> read_api_token(const Env& env) {
  constexpr std::size_t kFewestBytes = 16;
  auto token = env.find("AURA_API_TOKEN");
  const auto is_plain = [](char c) { return c > ' ' && c < 0x7f; };
  if (token &&
      (token->size() < kFewestBytes || !std::all_of(token->begin(), token->end(), is_plain)))
    throw ConfigError(
        "AURA_API_TOKEN must be at least 16 characters, without spaces: openssl rand -hex 24 makes "
        "one");
  return token;
}

/// The URL in `variable`, which is set to `value`. Notes which of its options are left out.
postgres::DatabaseUrl read_url(std::string_view variable, const std::string& value,
                               std::vector<std::string>& notes) {
  auto url = postgres::parse_database_url(value, variable);
  std::string names;
  for (const auto& name : url.ignored_options) names += (names.empty() ? "" : ", ") + name;
  if (!names.empty())
    notes.push_back("options of " + std::string(variable) +
                    " that PostgreSQL's client library doesn't know are left out: " + names);
  return url;
}

}  // namespace

AnalysisSettings read_analysis_settings(const Env& env) {
  AnalysisSettings settings;
  settings.fetch = fetch::FetchLimits::from(env);
  settings.decode.max_duration = minutes(env.integer("MAX_AUDIO_MINUTES", 180, 1, 1440));
  settings.sandboxing = parse_sandboxing(env.text("AURA_SANDBOX", "auto"));
  settings.max_lyrics_bytes =
      static_cast<std::size_t>(env.integer("MAX_LYRICS_KB", 1024, 1, 65536) * 1024);
  settings.patches = read_patches(env);
  return settings;
}

DatabaseSettings read_database_settings(const Env& env) {
  const auto url = env.find("DATABASE_URL");
  if (!url) {
    throw ConfigError(
        "DATABASE_URL is not set: give it in the environment or in .env, as "
        "postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
  }
  DatabaseSettings settings;
  settings.url = read_url("DATABASE_URL", *url, settings.notes);
  const auto direct = env.find("DIRECT_URL");
  settings.direct_url = direct ? read_url("DIRECT_URL", *direct, settings.notes) : settings.url;
  settings.table = env.find("AURA_TABLE");
  if (settings.table) queue::parse_table_name(*settings.table);
  settings.fair_by_user = env.integer("FAIR_BY_USER", 0, 0, 1) == 1;
  return settings;
}

CacheSettings read_cache_settings(const Env& env) {
  CacheSettings settings;
  settings.sharing = parse_sharing(env.text("CACHE", "all"));
  settings.limits = {
      .retention_days = static_cast<int>(env.integer("CACHE_RETENTION", 90, 1, 3650)),
      .picture_retention_days = static_cast<int>(env.integer("PICTURE_RETENTION", 7, 0, 3650)),
      .max_bytes = static_cast<std::uint64_t>(env.integer("CACHE_MAX_MB", 256, 1, 1 << 20)) << 20};
  return settings;
}

int read_threads(const Env& env) {
  return static_cast<int>(env.integer("WORKER_THREADS", available_cpus(), 1, 256));
}

WorkerSettings read_worker_settings(const Env& env) {
  WorkerSettings settings;
  settings.analysis = read_analysis_settings(env);
  settings.database = read_database_settings(env);
  settings.cache = read_cache_settings(env);
  settings.catalogue = catalogue::read_catalogue_settings(env);
  settings.log_level = parse_log_level(env.text("LOG_LEVEL", "INFO"));
  settings.log_format = parse_log_format(env.text("LOG_FORMAT", "text"));
  settings.worker_id = make_worker_id();
  settings.threads = read_threads(env);
  settings.claim_batch = static_cast<int>(env.integer("CLAIM_BATCH", settings.threads, 1, 256));
  settings.max_downloads = static_cast<int>(env.integer("MAX_DOWNLOADS", 16, 1, 256));
  settings.max_buffered_bytes =
      static_cast<std::size_t>(env.integer("MAX_BUFFERED_MB", 512, 1, 1 << 20)) << 20;
  settings.max_retries = static_cast<int>(env.integer("MAX_RETRIES", 3, 0, 100));
  settings.max_host_waits = static_cast<int>(env.integer("MAX_HOST_WAITS", 20, 0, 1000));
  settings.retry.base = env.seconds("RETRY_BASE", seconds(10), milliseconds(1), hours(24));
  settings.retry.ceiling = env.seconds("RETRY_MAX", minutes(10), milliseconds(1), hours(24));
  settings.poll_interval = env.seconds("POLL_INTERVAL", seconds(5), milliseconds(10), hours(1));
  settings.lease = env.seconds("LEASE", seconds(30), seconds(1), hours(1));
  settings.job_timeout = env.seconds("JOB_TIMEOUT", minutes(10), seconds(1), hours(24));
  settings.max_crashes = static_cast<int>(env.integer("MAX_CRASHES", 3, 1, 100));
  settings.max_worker_faults = static_cast<int>(env.integer("MAX_WORKER_FAULTS", 10, 0, 1000));
  settings.run_retention = hours(24 * env.integer("RUN_RETENTION", 30, 1, 3650));
  settings.port = static_cast<std::uint16_t>(env.integer("PORT", 8080, 0, 65535));
  settings.api_token = read_api_token(env);
  settings.shutdown_grace = env.seconds("SHUTDOWN_GRACE", seconds(25), milliseconds(0), hours(24));
  return settings;
}

}  // namespace aura::worker
