#include "aura/worker/worker.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

#include "aura/audio/decoder.h"
#include "aura/base/build.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/catalogue/measured_row.h"
#include "aura/http/endpoint.h"
#include "aura/metrics/instruments.h"
#include "commands.h"
#include "load_tagger.h"

namespace aura::app {
namespace {

/// Asks to stop at the first SIGTERM or SIGINT, and to hurry at the second. Has a thread of its own
/// while it lives.
class Signals {
 public:
  Signals() : signals_(context_, SIGTERM, SIGINT) {
    wait();
    thread_ = std::jthread([this] { context_.run(); });
  }
  ~Signals() { context_.stop(); }

  std::stop_token stop() const { return stop_.get_token(); }
  std::stop_token hurry() const { return hurry_.get_token(); }

 private:
  void wait() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      (stop_.stop_requested() ? hurry_ : stop_).request_stop();
      wait();
    });
  }

  std::stop_source stop_;
  std::stop_source hurry_;
  boost::asio::io_context context_;
  boost::asio::signal_set signals_;
  std::jthread thread_;
};

/// A dispatcher makes a round at least once per POLL_INTERVAL; a statement of it may take this
/// long.
constexpr std::chrono::seconds kTurnMayTake{30};

/// Returns nothing if PORT is 0 or taken: of several workers on one machine, the first answers.
std::unique_ptr<http::Endpoint> open_endpoint(const worker::WorkerSettings& settings,
                                              const metrics::Instruments& instruments,
                                              const catalogue::CatalogueReader& reader,
                                              const Log& log) {
  if (settings.port == 0) return nullptr;
  try {
    return std::make_unique<http::Endpoint>(
        http::EndpointSettings{.port = settings.port,
                               .token = settings.api_token,
                               .database = settings.database.url,
                               .table = settings.database.table,
                               .alive_within = 2 * settings.poll_interval + kTurnMayTake,
                               .catalogue = settings.catalogue},
        instruments, reader, log);
  } catch (const std::system_error& error) {
    log.warning("works without an HTTP endpoint, port " + std::to_string(settings.port) +
                " can't be had (" + error.code().message() + "): set PORT to another, or to 0");
    return nullptr;
  }
}

void tell_model(const TaggerInUse* tagger, const Log& log) {
  if (tagger == nullptr) return log.info(kNoModel);
  log.info("tracks are tagged by a neural model",
           {{"model", std::string(tagger->model.name)},
            {"sha256", std::string(tagger->model.sha256)},
            {"licence", std::string(tagger->model.licence)},
            {"patches", patches_text(tagger->named.tagging)}});
}

int run(worker::Until until) {
  auto decoder = audio::Decoder::sandboxed();  // before any thread or secret
  const auto env = Env::load();
  const auto settings = worker::read_worker_settings(env);
  decoder.apply(settings.analysis.sandboxing);
  decoder.try_out();
  const auto tagger = load_tagger(env, settings.analysis.patches);
  const Log log(settings.log_level, settings.log_format, settings.worker_id);
  const Signals signals;
  metrics::Instruments instruments({{"version", std::string(release())},
                                    {"commit", std::string(commit())},
                                    {"libavcodec", audio::libavcodec_version()}},
                                   settings.threads);
  catalogue::CatalogueReader catalogue(catalogue::shipped_spaces(tagger != nullptr),
                                       settings.catalogue.max_bytes, settings.catalogue.index);
  worker::Worker worker(settings, decoder, catalogue, instruments, log,
                        tagger ? &tagger->named : nullptr);
  tell_model(tagger.get(), log);
  // Open before the database is there, to answer probes meanwhile.
  const auto endpoint = until == worker::Until::kStopped
                            ? open_endpoint(settings, instruments, catalogue, log)
                            : nullptr;
  const auto outcome = worker.run(until, signals.stop(), signals.hurry());
  const int status = decoder.is_lost() ? EXIT_FAILURE : EXIT_SUCCESS;
  // Destructors would wait for the job.
  if (outcome == worker::WorkerOutcome::kJobStuck) std::_Exit(status);
  return outcome == worker::WorkerOutcome::kAsAsked ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

void add_worker(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("worker", "Take queued jobs from PostgreSQL until stopped");
  const auto drain = std::make_shared<bool>(false);
  command->add_flag("--drain", *drain, "Stop when no job is queued or running");
  command->footer(
      "Needs DATABASE_URL. After SIGTERM or SIGINT the worker claims no more jobs, finishes "
      "running\n"
      "jobs within SHUTDOWN_GRACE seconds, and puts the others back. A second signal puts them "
      "back\n"
      "immediately.");
  command->callback([&chosen, drain] {
    chosen = [drain] { return run(*drain ? worker::Until::kDrained : worker::Until::kStopped); };
  });
}

}  // namespace aura::app
