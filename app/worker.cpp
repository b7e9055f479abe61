#include "aura/worker/worker.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <thread>

#include "aura/audio/decoder.h"
#include "commands.h"

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

int run(worker::Until until) {
  auto decoder = audio::Decoder::sandboxed();  // before any thread or secret
  const auto settings = worker::read_worker_settings(Env::load());
  decoder.apply(settings.analysis.sandboxing);
  decoder.try_out();
  const Log log(settings.log_level, settings.log_format, settings.worker_id);
  const Signals signals;
  const bool as_asked =
      worker::run_worker(settings, decoder, until, log, signals.stop(), signals.hurry());
  return as_asked ? EXIT_SUCCESS : EXIT_FAILURE;
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
