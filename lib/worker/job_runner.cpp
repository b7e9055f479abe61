#include "job_runner.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "aura/analysis/judge.h"
#include "aura/analysis/measure.h"
#include "aura/analysis/reference.h"
#include "aura/analysis/step.h"
#include "aura/base/error.h"
#include "aura/base/spool.h"
#include "aura/base/wait.h"
#include "aura/queue/step.h"
#include "outage.h"
#include "set_aside.h"

namespace aura::worker {
namespace {

using Clock = std::chrono::steady_clock;
using metrics::Outcome;
using metrics::Stage;
using queue::percent_at;
using queue::Step;
using std::chrono::milliseconds;

// An analysis knows no queue. It reports the end of its steps by the percents of the queue's table.
static_assert(analysis::step::kDownloaded == percent_at(Step::kDecoding) &&
              analysis::step::kDecoded == percent_at(Step::kMeasuring) &&
              analysis::step::kTempo == percent_at(Step::kWeighingLyrics) &&
              analysis::step::kLyrics == percent_at(Step::kScoring) &&
              analysis::step::kScores == percent_at(Step::kRecommending) &&
              analysis::step::kRecommendations == percent_at(Step::kFindingHits));

/// Thrown when the run is no longer ours.
struct RunLost {};

/// Reports the progress of a job while it lives.
class Progress {
 public:
  Progress(ProgressWriter& writer, RunningJobs& running, std::int64_t run_id)
      : writer_(writer), running_(running), run_id_(run_id) {}
  ~Progress() { writer_.forget(run_id_); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void operator()(int percent) {
    running_.note_progress(run_id_, percent);
    writer_.report(run_id_, percent);
  }

 private:
  ProgressWriter& writer_;
  RunningJobs& running_;
  std::int64_t run_id_;
};

FoundIn found_in(const analysis::KnownParts& stored, const FetchedTrack& track) {
  if (is_complete(stored)) return FoundIn::kStore;
  if (track.measured) return FoundIn::kAnotherRun;
  const bool has_some = stored.core || stored.rhythm || stored.tonal;
  return has_some ? FoundIn::kStorePart : FoundIn::kNowhere;
}

queue::Result to_result(const analysis::Report& report, milliseconds processing_time) {
  queue::Result result;
  result.hit_factor = report.scores.hit_factor;
  result.audio_score = report.scores.audio;
  result.lyrics_score = report.scores.lyrics;
  result.brand_score = report.scores.brand;
  result.market_score = report.scores.market;
  result.recommendations_json = analysis::recommendations_json(report);
  result.similar_hits_json = analysis::similar_hits_json(report);
  result.full_report_json = analysis::to_json(report);
  result.model_version = analysis::kModelVersion;
  result.processing_time = processing_time;
  return result;
}

}  // namespace

JobRunner::JobRunner(const WorkerSettings& settings, const queue::QueueTable& table,
                     const audio::Decoder& decoder, catalogue::CatalogueReader& catalogue,
                     RunningJobs& running, ProgressWriter& progress, Trouble& trouble,
                     Lookahead& lookahead, metrics::Instruments& instruments, const Log& log,
                     const analysis::NamedTagger* tagger)
    : settings_(settings),
      catalogue_(catalogue),
      running_(running),
      progress_(progress),
      trouble_(trouble),
      lookahead_(lookahead),
      instruments_(instruments),
      log_(log),
      tagger_(tagger),
      stored_(settings, databases_, instruments, log),
      measurer_(settings, decoder, stored_, running, lookahead, instruments),
      similar_(settings, catalogue, databases_, instruments, log) {
  for (int i = 0; i < settings.threads; ++i) {
    databases_.add(std::make_unique<Database>(settings, table));
  }
}

void JobRunner::run(const queue::ClaimedJob& job, const FetchedTrack& track,
                    SharedMeasurements::Turn* turn, const std::stop_token& stop) noexcept {
  try {
    Run run(job, log_, instruments_, track.took);
    try {
      carry_out(run, track, turn, stop);
    } catch (const Stopped&) {
      run.log.info("stopped", run.cut_short());
    } catch (const std::exception& error) {
      // The row still reads processing, and its lease runs out.
      run.log.error("the outcome could not be saved: " + std::string(error.what()),
                    run.cut_short());
    }
  } catch (const std::exception&) {
    // Memory is exhausted: the lease runs out, and another attempt follows.
  }
}

void JobRunner::carry_out(Run& run, const FetchedTrack& track, SharedMeasurements::Turn* turn,
                          const std::stop_token& stop) try {
  if (const auto* error = std::get_if<std::exception_ptr>(&track.outcome))
    std::rethrow_exception(*error);
  const auto found = look_up(run, track, stop);
  const auto judged = analyze(run, track, found ? &*found : nullptr, turn, stop);
  finish(run, judged.result, stop);
  if (found) stored_.store(*found, judged.measurements, run.job.run_id, stop);
  const auto& reference = judged.reference;
  if (reference && reference->found)
    stored_.store_reference(*reference->found, reference->measurements, run.job.run_id, stop);
} catch (const audio::DecoderLost&) {
  wait_for_release(stop);
  stopped(run);
} catch (const JobError& error) {
  give_up(run, error, stop);
} catch (const Stopped&) {
  stopped(run);
} catch (const RunLost&) {
  lost(run);
} catch (const std::bad_alloc&) {
  give_up(run, JobError("out_of_memory", "the worker ran out of memory on this track", Retry::kYes),
          stop);
} catch (const std::exception& error) {
  run.log.error("unexpected error: " + std::string(error.what()));
  give_up(run,
          JobError("internal", "an internal error stopped the analysis; the worker's log has more",
                   Retry::kYes),
          stop);
}

/// Says which parts a job needs beyond those of every report.
void JobRunner::want(analysis::KnownParts& known) const {
  known.wants_fingerprint = similar_.needs_fingerprints();
  known.tagger = tagger_;
}

std::optional<catalogue::StoredParts> JobRunner::look_up(Run& run, const FetchedTrack& track,
                                                         const std::stop_token& stop) {
  const auto begun = Clock::now();
  auto found = stored_.find(track.download()->sha256, run.job.job, stop);
  if (found) want(found->parts);
  lookahead_.note_database(Clock::now() - begun);
  return found;
}

JobRunner::Judged JobRunner::analyze(Run& run, const FetchedTrack& track,
                                     const catalogue::StoredParts* found,
                                     SharedMeasurements::Turn* turn, const std::stop_token& stop) {
  Progress progress(progress_, running_, run.job.run_id);
  const auto reached = [&](int percent) {
    if (percent == percent_at(Step::kMeasuring)) run.begin(Stage::kFeatures);
    progress(percent);
  };
  progress(percent_at(Step::kDecoding));
  run.begin(Stage::kDecode);
  analysis::KnownParts known;
  if (found != nullptr)
    known = found->parts;
  else
    want(known);
  run.found_in = found_in(known, track);
  auto measured = measurer_.measure(run, track, std::move(known), reached, stop);
  if (turn != nullptr) turn->share(std::make_shared<const analysis::Measurements>(measured));

  const auto& job = run.job.job;
  auto report = analysis::judge(std::move(measured), {job.lyrics, job.lyrics_cut}, reached);
  std::vector<Sha256> contents{track.download()->sha256};
  if (found != nullptr) contents.push_back(found->key);
  auto similar = similar_.find(report.measured, std::move(contents), job, stop);
  report.similar_hits = std::move(similar.hits);
  if (similar.warning) report.warnings.push_back(std::move(*similar.warning));
  auto reference = measurer_.measure_reference(run, track, report.warnings, stop);
  if (reference)
    report.reference =
        compare(report.measured, reference->measurements, *catalogue_.timbre_space());
  report.recommendations = recommend(report);  // also on the hits and the reference
  reached(percent_at(Step::kSaving));
  auto result = to_result(report, run.duration());
  // Otherwise the store keeps them, by content.
  const bool is_stored = found != nullptr && !stored_.is_refused();
  if (settings_.cache.limits.picture_retention_days > 0 && !is_stored)
    result.pictures_json = analysis::to_json(report.measured.pictures);
  return {std::move(result), std::move(report.measured), std::move(reference)};
}

void JobRunner::stopped(const Run& run) {
  switch (running_.stop_reason(run.job.run_id)) {
    case StopReason::kTimedOut:
      // What stopped the job must not keep this from being written.
      return give_up(
          run, JobError("timed_out", "the analysis made no progress for too long", Retry::kYes),
          {});
    case StopReason::kLost:
      return lost(run);
    case StopReason::kLeft:
      return run.log.warning("stopped: back in the queue once its lease has run out",
                             run.cut_short());
    case StopReason::kReleased:
    case StopReason::kNone:
      return released(run);
  }
}

void JobRunner::released(const Run& run) {
  instruments_.count(Outcome::kReleased);
  run.log.info("stopped: back in the queue", run.cut_short());
}

/// Waits until the dispatcher, which sees the lost decoder too, has released all jobs.
void JobRunner::wait_for_release(const std::stop_token& stop) {
  running_.wake();
  while (!stop.stop_requested()) wait_for(std::chrono::hours(1), stop);
}

void JobRunner::lost(const Run& run) {
  const auto run_id = run.job.run_id;
  if (running_.stop_reason(run_id) == StopReason::kReleased) return released(run);
  run.log.warning(
      "the job was taken back or deleted, or its lease ran out: its work is thrown away",
      run.cut_short());
  auto outcome = Outcome::kLost;
  try {
    if (databases_.take({})->queue.abandon(run_id) == queue::Ending::kCancelled)
      outcome = Outcome::kCancelled;
  } catch (const std::exception&) {
    // The database is away. Another worker rescues the run after its lease ran out.
  }
  running_.note_lost({run_id});
  instruments_.count(outcome);
}

void JobRunner::finish(Run& run, const queue::Result& result, const std::stop_token& stop) {
  run.begin(Stage::kSave);
  const auto begun = Clock::now();
  const auto complete = [&](queue::Queue& queue) {
    try {
      return queue.complete(run.job.run_id, result);
    } catch (const postgres::DatabaseError& refused) {
      run.log.error("its row refuses the result: " + std::string(refused.what()));
      throw JobError("result_refused",
                     "the database refuses the result of this analysis: an operator has to look at "
                     "the worker's log",
                     Retry::kNo);
    }
  };
  const auto ending = settle(complete, run, stop);
  if (ending != queue::Ending::kDone) throw RunLost{};
  trouble_.over();
  run.spent(Stage::kSave, Clock::now() - begun);
  instruments_.observe_job(run.duration());
  instruments_.count(Outcome::kCompleted);
  lookahead_.note_database(Clock::now() - begun);
  run.log.info("completed", run.times({{"hit_factor", result.hit_factor},
                                       {"cache", std::string(name_of(run.found_in))}}));
}

void JobRunner::give_up(const Run& run, const JobError& error, const std::stop_token& stop) {
  const auto& job = run.job;
  const bool is_fault = error.owner() == Owner::kWorker;
  if (is_fault) trouble_.met(error.what());
  if (error.owner() == Owner::kFile && run.is_fetched()) trouble_.over();  // the download succeeded
  if (is_fault && job.faults < settings_.max_worker_faults) return excuse(run, error, stop);

  const queue::Failure failure{error.code(),
                               is_fault ? "the worker lacked room for this track: submit it again "
                                          "later, and tell an operator"
                                        : error.what(),
                               error.retryable()};
  // A host that asks to wait costs the job nothing, up to a limit.
  const bool wait_only = error.retry_after() && job.waits < settings_.max_host_waits;
  bool again = error.retryable() && job.attempt <= settings_.max_retries;
  const auto wait = std::max<milliseconds>(queue::backoff(settings_.retry, job.attempt),
                                           error.retry_after().value_or(std::chrono::seconds(0)));
  const auto write = [&](queue::Queue& queue) {
    if (wait_only) return queue.postpone(job.run_id, failure, wait);
    if (again) {
      try {
        return queue.retry(job.run_id, failure, wait);
      } catch (const postgres::DatabaseError& refused) {
        run.log.error("its row can't be queued again: " + std::string(refused.what()));
        again = false;
      }
    }
    return queue.fail(job.run_id, failure, running_.progress(job.run_id));
  };
  const auto ending = settle(write, run, stop);
  const auto why = run.cut_short({{"code", failure.code}});
  const auto why_and_wait =
      run.cut_short({{"code", failure.code}, {"wait_ms", std::int64_t{wait.count()}}});
  if (ending != queue::Ending::kDone) {
    not_recorded(run, ending, why);
  } else if (wait_only) {
    instruments_.count(Outcome::kPostponed);
    run.log.info("waits for its host: " + failure.message, why_and_wait);
  } else if (again) {
    instruments_.count(Outcome::kRetried);
    run.log.warning("failed, will be tried again: " + failure.message, why_and_wait);
  } else {
    instruments_.count(Outcome::kFailed);
    run.log.error("failed: " + failure.message, why);
  }
}

/// Releases the job: trouble of this worker costs it no attempt.
void JobRunner::excuse(const Run& run, const JobError& error, const std::stop_token& stop) {
  const queue::Failure reason{error.code(), error.what(), true};
  const auto ending =
      settle([&](queue::Queue& queue) { return queue.excuse(run.job.run_id, reason); }, run, stop);
  const auto why = run.cut_short({{"code", reason.code}});
  if (ending != queue::Ending::kDone) return not_recorded(run, ending, why);
  instruments_.count(Outcome::kReleased);
  run.log.warning("back in the queue, for trouble of this worker's: " + reason.message, why);
}

void JobRunner::not_recorded(const Run& run, queue::Ending ending, const Log::Fields& why) {
  instruments_.count(ending == queue::Ending::kCancelled ? Outcome::kCancelled : Outcome::kLost);
  if (ending == queue::Ending::kLost) running_.note_lost({run.job.run_id});
  run.log.warning("the job was taken back or deleted meanwhile: its failure is not recorded", why);
}

/// Writes an ending and tries again while the database is away: the work is done, and the queue's
/// fence decides whether the run is still ours.
template <typename Write>
queue::Ending JobRunner::settle(Write write, const Run& run, const std::stop_token& stop) {
  running_.note_saving(run.job.run_id);
  Outage outage(run.log);
  while (true) {
    try {
      const auto database = databases_.take(stop);
      const auto ending = write(database->queue);
      tell_of_set_aside(database->queue, log_, instruments_);
      outage.over();
      if (ending != queue::Ending::kDone) instruments_.count_refused_writes();
      return ending;
    } catch (const postgres::DatabaseLost& error) {
      const auto wait = outage.failed("the outcome can't be saved yet", error.what());
      if (!wait_for(wait, stop)) throw Stopped{};
    }
  }
}

}  // namespace aura::worker
