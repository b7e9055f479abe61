#pragma once

#include <chrono>
#include <memory>
#include <sstream>
#include <stop_token>
#include <string>

#include "aura/analysis/space.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/test/background.h"
#include "aura/test/database.h"
#include "aura/test/http_server.h"
#include "aura/worker/worker.h"
#include "wav.h"

namespace aura::worker {

/// A WAV file of a second and a half of sound.
inline std::string clip() {
  const auto bytes =
      audio::wav(audio::WavFormat::kS16, 8000, 1, audio::sine(440, 0.5, 8000, 12'000));
  return {bytes.begin(), bytes.end()};
}

/// Returns a reader in the shipped space.
inline catalogue::CatalogueReader catalogue_reader(const WorkerSettings& settings) {
  return {{analysis::shipped_space()}, settings.catalogue.max_bytes, settings.catalogue.index};
}

/// Runs a worker without HTTP.
inline WorkerOutcome run_worker(const WorkerSettings& settings, const audio::Decoder& decoder,
                                Until until, const Log& log, const std::stop_token& stop,
                                const std::stop_token& hurry) {
  metrics::Instruments instruments({{"version", "1"}}, settings.threads);
  auto catalogue = catalogue_reader(settings);
  return Worker(settings, decoder, catalogue, instruments, log).run(until, stop, hurry);
}

/// A database with the tables, a web server with a clip, and workers in this process.
struct Fixture {
  /// In a database made with `options` of CREATE DATABASE.
  explicit Fixture(const std::string& options = "") : database(options) {
    server.serve("/clip.wav", test::ok(clip()));
  }

  test::TestDatabase database;
  queue::QueueTable table = database.with_schema_and_table();
  test::HttpServer server;
  std::ostringstream sink;
  Log log{LogLevel::kInfo, LogFormat::kText, "test", sink};
  std::stop_source stop;
  std::stop_source hurry;
  audio::Decoder decoder;

  WorkerSettings settings() const {
    auto settings = read_worker_settings(Env(Env::Values{{"DATABASE_URL", database.url()},
                                                         {"AURA_ALLOW_HOSTS", "127.0.0.1"},
                                                         {"WORKER_THREADS", "2"},
                                                         {"RETRY_BASE", "0.01"},
                                                         {"POLL_INTERVAL", "0.02"},
                                                         {"PORT", "0"},
                                                         {"SHUTDOWN_GRACE", "20"}}));
    return settings;
  }
  /// Settings under which a beat comes three times a second.
  WorkerSettings quick_beats() const {
    auto quick = settings();
    quick.lease = std::chrono::seconds(1);
    return quick;
  }
  /// Inserts a job whose download the server holds back until the gate is opened.
  std::shared_ptr<test::Gate> insert_held(const std::string& id) {
    auto gate = std::make_shared<test::Gate>();
    server.serve("/" + id, test::ok(clip()).held_by(gate));
    insert(id, "/" + id);
    return gate;
  }
  /// A worker beside the test, which ends at once where the test ends before it.
  test::Background start(const WorkerSettings& settings, Until until = Until::kDrained) {
    return test::Background(
        "the worker",
        [this, settings, until] {
          run_worker(settings, decoder, until, log, stop.get_token(), hurry.get_token());
        },
        [this] {
          stop.request_stop();
          hurry.request_stop();
        });
  }
  void drain() { start(settings()).join(); }

  void insert(const std::string& id, const std::string& path = "/clip.wav") {
    database.insert_job(id, server.url(path));
  }
  std::string count(const std::string& status) {
    return database.value("SELECT count(*) FROM \"AuraAnalysis\" WHERE \"status\" = '" + status +
                          "'");
  }
  std::string error(const std::string& id) {
    return database.value("SELECT \"errorMessage\" FROM \"AuraAnalysis\" WHERE \"id\" = '" + id +
                          "'");
  }
  std::string attempts(const std::string& id) {
    return database.value("SELECT max(attempt) FROM aura.run WHERE job_id = '" + id + "'");
  }
};

}  // namespace aura::worker
