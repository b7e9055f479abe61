#include "aura/worker/worker.h"

#include <memory>
#include <optional>
#include <utility>

#include "aura/base/build.h"
#include "aura/base/wait.h"
#include "aura/postgres/migrations.h"
#include "aura/queue/fit.h"
#include "dispatcher.h"
#include "outage.h"

namespace aura::worker {
namespace {

/// Throws DatabaseError if the jobs table does not suit a worker.
void refuse_misfits(postgres::Connection& connection, const queue::QueueTable& table,
                    bool in_turn) {
  const auto misfits = queue::find_misfits(connection, table, in_turn);
  if (misfits.empty()) return;
  throw postgres::DatabaseError(table.quoted + " does not suit a worker, " + misfits.front().what +
                                ": " + misfits.front().why);
}

/// Finds the jobs table and migrates schema `aura`. Waits as long as that takes. Returns nothing if
/// `stop` was triggered.
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

}  // namespace

int connections(const WorkerSettings& settings) noexcept {
  // The pool's threads, the dispatcher, the lease keeper, the progress writer, the listener.
  return settings.threads + 4;
}

/// The dispatcher and the table that it refers to.
struct Worker::Running {
  Running(const WorkerSettings& settings, queue::QueueTable jobs_table,
          const audio::Decoder& decoder, catalogue::CatalogueReader& catalogue,
          metrics::Instruments& instruments, const Log& log, const analysis::NamedTagger* tagger)
      : table(std::move(jobs_table)),
        dispatcher(settings, table, decoder, catalogue, instruments, log, tagger) {}

  const queue::QueueTable table;
  Dispatcher dispatcher;
};

Worker::Worker(const WorkerSettings& settings, const audio::Decoder& decoder,
               catalogue::CatalogueReader& catalogue, metrics::Instruments& instruments,
               const Log& log, const analysis::NamedTagger* tagger)
    : settings_(settings),
      decoder_(decoder),
      catalogue_(catalogue),
      instruments_(instruments),
      log_(log),
      tagger_(tagger) {
  log_.info("AURA Analysis Worker starting...", {{"release", std::string(release())},
                                                 {"commit", std::string(commit())},
                                                 {"libavcodec", audio::libavcodec_version()}});
  for (const auto& note : settings_.database.notes) log_.info(note);
  warn_of_no_sandbox(settings_, decoder_, log_);
}

Worker::~Worker() = default;

WorkerOutcome Worker::run(Until until, const std::stop_token& stop, const std::stop_token& hurry) {
  auto table = prepare(settings_, until, instruments_, log_, stop);
  if (!table) return WorkerOutcome::kAsAsked;
  instruments_.set_prepared();
  log_.info("ready", {{"database", settings_.database.url.display},
                      {"table", table->quoted},
                      {"threads", std::int64_t{settings_.threads}},
                      {"claim_batch", std::int64_t{settings_.claim_batch}}});
  auto running = std::make_unique<Running>(settings_, std::move(*table), decoder_, catalogue_,
                                           instruments_, log_, tagger_);
  const auto mode =
      until == Until::kDrained ? Dispatcher::Mode::kDrain : Dispatcher::Mode::kForever;
  if (!running->dispatcher.run(mode, stop, hurry)) {
    log_.warning("a job did not stop in time: ending without it");
    stuck_ = std::move(running);
    return WorkerOutcome::kJobStuck;
  }
  using metrics::Outcome;
  log_.info("AURA Analysis Worker stopped",
            {{"completed", instruments_.counted(Outcome::kCompleted)},
             {"retried", instruments_.counted(Outcome::kRetried)},
             {"failed", instruments_.counted(Outcome::kFailed)},
             {"refused_writes", instruments_.refused_writes()}});
  return decoder_.is_lost() ? WorkerOutcome::kDecoderLost : WorkerOutcome::kAsAsked;
}

}  // namespace aura::worker
