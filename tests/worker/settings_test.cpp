#include "aura/worker/settings.h"

#include <catch2/catch.hpp>

#include "aura/base/error.h"
#include "aura/models/track_tagger.h"

using aura::ConfigError;
using aura::Env;
using aura::worker::read_worker_settings;
using Catch::Matchers::Contains;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("settings: only DATABASE_URL must be given, the rest has the documented defaults") {
  CHECK_THROWS_WITH(read_worker_settings(Env(Env::Values{})), Contains("DATABASE_URL is not set"));
  const auto settings =
      read_worker_settings(Env(Env::Values{{"DATABASE_URL", "postgresql://u@h/d"}}));
  CHECK(settings.threads >= 1);
  CHECK(settings.claim_batch == settings.threads);
  CHECK(settings.max_downloads == 16);
  CHECK(settings.max_buffered_bytes == std::size_t{512} << 20);
  CHECK(settings.max_host_waits == 20);
  CHECK(settings.max_retries == 3);
  CHECK(settings.poll_interval == seconds(5));
  CHECK(settings.shutdown_grace == seconds(25));
  CHECK(settings.lease == seconds(30));
  CHECK(settings.job_timeout == seconds(600));
  CHECK(settings.max_crashes == 3);
  CHECK(settings.port == 8080);
  CHECK(!settings.api_token);
  CHECK(settings.run_retention == std::chrono::hours(24 * 30));
  CHECK(settings.cache.limits.picture_retention_days == 7);
  CHECK(settings.cache.limits.retention_days == 90);
  CHECK(settings.cache.limits.max_bytes == 256U << 20);
  CHECK(settings.cache.sharing == aura::catalogue::Sharing::kAll);
  CHECK(settings.retry.base == seconds(10));
  CHECK(settings.retry.ceiling == seconds(600));
  CHECK(settings.log_level == aura::LogLevel::kInfo);
  CHECK(settings.log_format == aura::LogFormat::kText);
  CHECK(settings.analysis.fetch.max_bytes == 200U << 20);
  CHECK(settings.analysis.decode.max_duration == std::chrono::minutes(180));
  CHECK(settings.analysis.max_lyrics_bytes == 1U << 20);
  CHECK(!settings.database.table);
  CHECK(!settings.database.fair_by_user);
  CHECK(settings.database.direct_url.connection_string == settings.database.url.connection_string);
}

TEST_CASE("settings: each is read from its variable, and nonsense is refused by name") {
  const auto with = [](const std::string& name, const std::string& value) {
    return read_worker_settings(
        Env(Env::Values{{"DATABASE_URL", "postgresql://u@h/d"}, {name, value}}));
  };
  CHECK(with("WORKER_THREADS", "7").threads == 7);
  CHECK(with("CLAIM_BATCH", "4").claim_batch == 4);
  CHECK(with("POLL_INTERVAL", "0.5").poll_interval == milliseconds(500));
  CHECK(with("MAX_RETRIES", "0").max_retries == 0);
  CHECK(with("SHUTDOWN_GRACE", "3").shutdown_grace == seconds(3));
  CHECK(with("AURA_TABLE", "Jobs").database.table == "Jobs");
  CHECK(with("PORT", "0").port == 0);
  CHECK(with("PICTURE_RETENTION", "0").cache.limits.picture_retention_days == 0);
  CHECK(with("CACHE", "user").cache.sharing == aura::catalogue::Sharing::kUser);
  CHECK(with("CACHE", "off").cache.sharing == aura::catalogue::Sharing::kOff);
  CHECK(with("CACHE_RETENTION", "30").cache.limits.retention_days == 30);
  CHECK(with("CACHE_MAX_MB", "1").cache.limits.max_bytes == 1U << 20);
  CHECK(with("AURA_API_TOKEN", "0123456789abcdef").api_token == "0123456789abcdef");
  CHECK(with("FAIR_BY_USER", "1").database.fair_by_user);
  CHECK(with("DIRECT_URL", "postgresql://u@direct/d").database.direct_url.display ==
        "direct:5432/d");
  CHECK(with("AURA_SANDBOX", "require").analysis.sandboxing == aura::audio::Sandboxing::kRequire);
  CHECK(with("PORT", "0").analysis.patches == 8);
  CHECK(with("AURA_PATCHES", "128").analysis.patches == 128);
  CHECK(with("AURA_PATCHES", "all").analysis.patches == aura::models::TrackTagger::kEveryPatch);
  for (const std::string patches : {"0", "129", "-1", "ALL"})
    CHECK_THROWS_WITH(with("AURA_PATCHES", patches), Contains("AURA_PATCHES must be"));
  CHECK(with("AURA_SANDBOX", "off").analysis.sandboxing == aura::audio::Sandboxing::kOff);
  for (const std::string token : {"short", "sixteen letters and spaces", "0123456789abcde\t"}) {
    CHECK_THROWS_WITH(with("AURA_API_TOKEN", token),
                      Contains("AURA_API_TOKEN must be") && !Contains(token));
  }
  CHECK_THROWS_WITH(with("DIRECT_URL", "direct:5432"), Contains("DIRECT_URL is not"));
  CHECK_THROWS_WITH(with("AURA_TABLE", "public.\"Jobs"), Contains("AURA_TABLE must be"));
  CHECK_THROWS_WITH(with("AURA_ALLOW_HOSTS", "a/b"), Contains("AURA_ALLOW_HOSTS must list"));
  CHECK_THROWS_WITH(with("HTTPS_PROXY", "socks5://p"), Contains("HTTPS_PROXY must look like"));
  for (const std::string name : {"WORKER_THREADS",
                                 "CLAIM_BATCH",
                                 "POLL_INTERVAL",
                                 "MAX_RETRIES",
                                 "SHUTDOWN_GRACE",
                                 "LOG_LEVEL",
                                 "LOG_FORMAT",
                                 "MAX_AUDIO_MB",
                                 "MAX_AUDIO_MINUTES",
                                 "MAX_LYRICS_KB",
                                 "RETRY_BASE",
                                 "RETRY_MAX",
                                 "LEASE",
                                 "JOB_TIMEOUT",
                                 "MAX_CRASHES",
                                 "RUN_RETENTION",
                                 "PICTURE_RETENTION",
                                 "CACHE",
                                 "CACHE_RETENTION",
                                 "CACHE_MAX_MB",
                                 "FETCH_TIMEOUT",
                                 "FETCH_RESOLVE_TIMEOUT",
                                 "FETCH_CONNECT_TIMEOUT",
                                 "FETCH_TLS_TIMEOUT",
                                 "FETCH_FIRST_BYTE_TIMEOUT",
                                 "FETCH_IDLE_TIMEOUT",
                                 "FETCH_MAX_REDIRECTS",
                                 "FETCH_MAX_HEADER_KB",
                                 "FETCH_PER_HOST",
                                 "FAIR_BY_USER",
                                 "MAX_DOWNLOADS",
                                 "MAX_BUFFERED_MB",
                                 "MAX_HOST_WAITS",
                                 "PORT",
                                 "AURA_PATCHES",
                                 "AURA_SANDBOX"}) {
    CHECK_THROWS_WITH(with(name, "abc"), Contains(name + " must be"));
  }
}

TEST_CASE("settings: options of the URLs that are left out are noted by name, without values") {
  const auto settings = read_worker_settings(
      Env(Env::Values{{"DATABASE_URL", "postgresql://u:SECRET@h/d?pool=SECRET&supa=SECRET"},
                      {"DIRECT_URL", "postgresql://u:SECRET@h/d?pgbouncer=SECRET"}}));
  CHECK(settings.database.notes ==
        std::vector<std::string>{"options of DATABASE_URL that PostgreSQL's client library doesn't "
                                 "know are left out: pool, supa",
                                 "options of DIRECT_URL that PostgreSQL's client library doesn't "
                                 "know are left out: pgbouncer"});
  CHECK(read_worker_settings(Env(Env::Values{{"DATABASE_URL", "postgresql://u@h/d"}}))
            .database.notes.empty());
}

TEST_CASE("settings: each worker has an id of its own") {
  const Env env(Env::Values{{"DATABASE_URL", "postgresql://u@h/d"}});
  CHECK(read_worker_settings(env).worker_id != read_worker_settings(env).worker_id);
}
