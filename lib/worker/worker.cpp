#include "aura/worker/worker.h"

#include <cstdlib>
#include <memory>
#include <optional>
#include <system_error>

#include "aura/base/build.h"
#include "aura/base/wait.h"
#include "aura/http/endpoint.h"
#include "aura/postgres/migrations.h"
#include "aura/queue/fit.h"
#include "dispatcher.h"
#include "outage.h"

namespace aura::worker {
namespace {

/// Throws DatabaseError where no job could be worked on.
void refuse_misfits(postgres::Connection& connection, const queue::QueueTable& table,
                    bool in_turn) {
  const auto misfits = queue::find_misfits(connection, table, in_turn);
  if (misfits.empty()) return;
  throw postgres::DatabaseError(table.quoted + " does not suit a worker, " + misfits.front().what +
                                ": " + misfits.front().why);
}

/// Makes the database ready: finds the jobs table, brings schema `aura` up to date. Waits as long
/// as it takes; nothing if `stop` asked first.
std::optional<queue::QueueTable> prepare(const WorkerSettings& settings, Until until,
                                         metrics::Instruments& instruments, const Log& log,
                                         const std::stop_token& stop) {
  postgres::Connection connection(settings.database.url);
  Outage outage(log);
  while (!stop.stop_requested()) {
    instruments.note_turn();
    std::chrono::milliseconds wait{};
    try {
      auto table = queue::find_queue_table(connection, settings.database.table);
      for (const auto& name : postgres::migrate(connection)) log.info("applied migration " + name);
      refuse_misfits(connection, table, settings.database.fair_by_user);
      outage.over();
      return table;
    } catch (const queue::NoQueueTable& error) {
      if (until == Until::kDrained) throw;
      wait = outage.failed(error.what(), "");
    } catch (const postgres::DatabaseLost& error) {
      wait = outage.failed("the database at " + settings.database.url.display + " can't be reached",
                           error.what());
    } catch (const postgres::DatabaseError& error) {
      if (until == Until::kDrained) throw;
      wait =
          outage.failed("the database refuses what the worker needs (" + std::string(error.what()) +
                            "): run aura migrate as a role that may; aura doctor says more",
                        "");
    }
    wait_for(wait, stop);
  }
  return std::nullopt;
}

void warn_of_no_sandbox(const WorkerSettings& settings, const audio::Decoder& decoder,
                        const Log& log) {
  if (decoder.no_sandbox_reason().empty()) return;
  if (settings.analysis.sandboxing == audio::Sandboxing::kOff)
    return log.info("tracks are decoded in this process: AURA_SANDBOX=off");
  log.warning(
      "tracks are decoded in this process, which a hostile file may crash: no sandbox can "
      "be had: " +
      decoder.no_sandbox_reason());
}

/// A dispatcher comes round at least as often as it polls; beside that, a statement of its may take
/// its time.
constexpr std::chrono::seconds kTurnMayTake{30};

/// Nothing where there is to be none, or none can be had: of several workers on one machine, the
/// first shows how it does.
std::unique_ptr<http::Endpoint> open_endpoint(const WorkerSettings& settings,
                                              const metrics::Instruments& instruments,
                                              const Log& log) {
  if (settings.port == 0) return nullptr;
  try {
    return std::make_unique<http::Endpoint>(
        http::EndpointSettings{.port = settings.port,
                               .token = settings.api_token,
                               .database = settings.database.url,
                               .table = settings.database.table,
                               .alive_within = 2 * settings.poll_interval + kTurnMayTake},
        instruments, log);
  } catch (const std::system_error& error) {
    log.warning("works without an HTTP endpoint, port " + std::to_string(settings.port) +
                " can't be had (" + error.code().message() + "): set PORT to another, or to 0");
    return nullptr;
  }
}

}  // namespace

int connections(const WorkerSettings& settings) noexcept {
  // Beside the pool's threads: to claim, to beat, to report progress, to listen, to answer over
  // HTTP, to answer probes.
  return settings.threads + 6;
}

bool run_worker(const WorkerSettings& settings, const audio::Decoder& decoder, Until until,
                const Log& log, const std::stop_token& stop, const std::stop_token& hurry) {
  log.info("AURA Analysis Worker starting...", {{"release", std::string(release())},
                                                {"commit", std::string(commit())},
                                                {"libavcodec", audio::libavcodec_version()}});
  for (const auto& note : settings.database.notes) log.info(note);
  warn_of_no_sandbox(settings, decoder, log);
  metrics::Instruments instruments({{"version", std::string(release())},
                                    {"commit", std::string(commit())},
                                    {"libavcodec", audio::libavcodec_version()}},
                                   settings.threads);
  const auto endpoint =
      until == Until::kStopped ? open_endpoint(settings, instruments, log) : nullptr;
  const auto table = prepare(settings, until, instruments, log, stop);
  if (!table) return true;
  instruments.set_prepared();
  log.info("ready", {{"database", settings.database.url.display},
                     {"table", table->quoted},
                     {"threads", std::int64_t{settings.threads}},
                     {"claim_batch", std::int64_t{settings.claim_batch}}});
  Dispatcher dispatcher(settings, *table, decoder, instruments, log);
  const auto mode =
      until == Until::kDrained ? Dispatcher::Mode::kDrain : Dispatcher::Mode::kForever;
  if (!dispatcher.run(mode, stop, hurry)) {
    log.warning("a job did not stop in time: ending without it");
    std::_Exit(decoder.is_lost() ? EXIT_FAILURE : EXIT_SUCCESS);
  }
  using metrics::Outcome;
  log.info("AURA Analysis Worker stopped", {{"completed", instruments.counted(Outcome::kCompleted)},
                                            {"retried", instruments.counted(Outcome::kRetried)},
                                            {"failed", instruments.counted(Outcome::kFailed)},
                                            {"refused_writes", instruments.refused_writes()}});
  return !decoder.is_lost();
}

}  // namespace aura::worker
