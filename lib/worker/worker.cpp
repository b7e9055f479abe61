#include "aura/worker/worker.h"

#include <cstdlib>
#include <optional>

#include "aura/base/wait.h"
#include "aura/queue/migrations.h"
#include "dispatcher.h"
#include "outage.h"

namespace aura::worker {
namespace {

/// Makes the database ready: finds the jobs table, brings schema `aura` up to date. Waits as long
/// as it takes; nothing if `stop` asked first.
std::optional<queue::QueueTable> prepare(const WorkerSettings& settings, Until until,
                                         const Log& log, const std::stop_token& stop) {
  queue::Connection connection(settings.database.url);
  Outage outage(log);
  while (!stop.stop_requested()) {
    std::chrono::milliseconds wait{};
    try {
      auto table = queue::find_queue_table(connection, settings.database.table);
      for (const auto& name : queue::migrate(connection)) log.info("applied migration " + name);
      outage.over();
      return table;
    } catch (const queue::NoQueueTable& error) {
      if (until == Until::kDrained) throw;
      wait = outage.failed(error.what());
    } catch (const queue::DatabaseLost& error) {
      wait = outage.failed("the database at " + settings.database.url.display +
                           " can't be reached: " + error.what());
    } catch (const queue::DatabaseError& error) {
      if (until == Until::kDrained) throw;
      wait = outage.failed("the database refuses what the worker needs (" +
                           std::string(error.what()) + "): run aura migrate as a role that may");
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

}  // namespace

int connections(const WorkerSettings& settings) noexcept {
  // Beside the pool's threads: to claim, to beat, to report progress, to listen.
  return settings.threads + 4;
}

bool run_worker(const WorkerSettings& settings, const audio::Decoder& decoder, Until until,
                const Log& log, const std::stop_token& stop, const std::stop_token& hurry) {
  log.info("AURA Analysis Worker starting...");
  warn_of_no_sandbox(settings, decoder, log);
  const auto table = prepare(settings, until, log, stop);
  if (!table) return true;
  log.info("ready", {{"database", settings.database.url.display},
                     {"table", table->quoted},
                     {"threads", std::int64_t{settings.threads}},
                     {"claim_batch", std::int64_t{settings.claim_batch}}});
  Dispatcher dispatcher(settings, *table, decoder, log);
  const auto mode =
      until == Until::kDrained ? Dispatcher::Mode::kDrain : Dispatcher::Mode::kForever;
  if (!dispatcher.run(mode, stop, hurry)) {
    log.warning("a job did not stop in time: ending without it");
    std::_Exit(decoder.is_lost() ? EXIT_FAILURE : EXIT_SUCCESS);
  }
  const auto& tally = dispatcher.tally();
  log.info("AURA Analysis Worker stopped", {{"completed", tally.completed.load()},
                                            {"retried", tally.retried.load()},
                                            {"failed", tally.failed.load()},
                                            {"refused_writes", tally.refused_writes.load()}});
  return !decoder.is_lost();
}

}  // namespace aura::worker
