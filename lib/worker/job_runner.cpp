#include "job_runner.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "aura/analysis/analyze.h"
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

milliseconds whole_ms(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<milliseconds>(duration);
}

// An analysis knows no queue. It reports the end of its steps by the percents of the queue's table.
static_assert(analysis::step::kDownloaded == percent_at(Step::kDecoding) &&
              analysis::step::kDecoded == percent_at(Step::kMeasuring) &&
              analysis::step::kTempo == percent_at(Step::kWeighingLyrics) &&
              analysis::step::kLyrics == percent_at(Step::kScoring) &&
              analysis::step::kScores == percent_at(Step::kRecommending) &&
              analysis::step::kRecommendations == percent_at(Step::kSaving));

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

queue::Result to_result(const analysis::Report& report, milliseconds processing_time,
                        bool keeps_pictures) {
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
  if (keeps_pictures) result.pictures_json = analysis::to_json(report.measured.pictures);
  return result;
}

}  // namespace

JobRunner::JobRunner(const WorkerSettings& settings, const queue::QueueTable& table,
                     const audio::Decoder& decoder, RunningJobs& running, ProgressWriter& progress,
                     Trouble& trouble, metrics::Instruments& instruments, const Log& log)
    : settings_(settings),
      decoder_(decoder),
      running_(running),
      progress_(progress),
      trouble_(trouble),
      instruments_(instruments),
      log_(log),
      connection_(settings.database.url),
      queue_(connection_, table) {}

/// A run under way: its job, its log and the time of its stages.
class JobRunner::Run {
 public:
  Run(const queue::ClaimedJob& claimed, const Log& worker_log, metrics::Instruments& instruments,
      milliseconds fetched)
      : job(claimed),
        log(worker_log.for_job(claimed.job.job_id, claimed.attempt)),
        instruments_(instruments),
        start_(Clock::now() - fetched) {
    times_.emplace_back(Stage::kFetch, fetched);
  }

  void begin(Stage stage) { stage_ = stage; }
  bool is_fetched() const { return stage_ != Stage::kFetch; }
  void spent(Stage stage, std::chrono::nanoseconds time) {
    instruments_.observe(stage, time);
    times_.emplace_back(stage, whole_ms(time));
  }

  /// Returns how long the run took, without the wait for a thread.
  milliseconds duration() const { return whole_ms(Clock::now() - start_); }

  /// Returns `fields` and the times, for the line that ends a run.
  Log::Fields times(Log::Fields fields = {}) const {
    fields.emplace_back("duration_ms", std::int64_t{duration().count()});
    for (const auto& [stage, time] : times_)
      fields.emplace_back(std::string(name_of(stage)) + "_ms", std::int64_t{time.count()});
    return fields;
  }
  /// Returns times() and the stage, for a run that did not complete.
  Log::Fields cut_short(Log::Fields fields = {}) const {
    fields.emplace_back("stage", std::string(name_of(stage_)));
    return times(std::move(fields));
  }

  const queue::ClaimedJob& job;
  const Log log;

 private:
  metrics::Instruments& instruments_;
  Clock::time_point start_;
  Stage stage_ = Stage::kFetch;
  std::vector<std::pair<Stage, milliseconds>> times_;
};

void JobRunner::run(const queue::ClaimedJob& job, FetchedTrack track,
                    const std::stop_token& stop) noexcept {
  try {
    Run run(job, log_, instruments_, track.took);
    run.log.debug("a thread has begun");
    try {
      carry_out(run, track, stop);
    } catch (const Stopped&) {
      run.log.info("stopped", run.cut_short());
    } catch (const std::exception& error) {
      // The row still reads processing, and its lease runs out.
      run.log.error("the outcome could not be saved: " + std::string(error.what()),
                    run.cut_short());
    }
    tell_of_set_aside(queue_, log_, instruments_);
  } catch (const std::exception&) {
    // Memory is exhausted: the lease runs out, and another attempt follows.
  }
}

void JobRunner::carry_out(Run& run, const FetchedTrack& track, const std::stop_token& stop) try {
  const auto report = analyze(run, track.outcome, stop);
  const bool keeps_pictures = settings_.picture_retention > std::chrono::hours(0);
  finish(run, to_result(report, run.duration(), keeps_pictures), stop);
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

analysis::Report JobRunner::analyze(Run& run, const fetch::Fetcher::Outcome& outcome,
                                    const std::stop_token& stop) {
  if (const auto* error = std::get_if<std::exception_ptr>(&outcome)) std::rethrow_exception(*error);
  Progress progress(progress_, running_, run.job.run_id);
  progress(percent_at(Step::kDecoding));
  run.begin(Stage::kDecode);

  const auto reached = [&](int percent) {
    if (percent == percent_at(Step::kMeasuring)) run.begin(Stage::kFeatures);
    progress(percent);
  };
  const auto& job = run.job.job;
  auto [report, times] = analysis::analyze({std::get<Spool>(outcome), {job.lyrics, job.lyrics_cut}},
                                           decoder_, settings_.analysis.decode, reached, stop);
  run.spent(Stage::kDecode, times.decode);
  run.spent(Stage::kFeatures, times.features);
  instruments_.add_audio(report.measured.core.duration_s);
  return report;
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
    if (queue_.abandon(run_id) == queue::Ending::kCancelled) outcome = Outcome::kCancelled;
  } catch (const std::exception&) {
    // The database is away. Another worker rescues the run after its lease ran out.
  }
  running_.note_lost({run_id});
  instruments_.count(outcome);
}

void JobRunner::finish(Run& run, const queue::Result& result, const std::stop_token& stop) {
  run.begin(Stage::kSave);
  const auto begun = Clock::now();
  const auto complete = [&] {
    try {
      return queue_.complete(run.job.run_id, result);
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
  run.log.info("completed", run.times({{"hit_factor", result.hit_factor}}));
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
  const auto write = [&] {
    if (wait_only) return queue_.postpone(job.run_id, failure, wait);
    if (again) {
      try {
        return queue_.retry(job.run_id, failure, wait);
      } catch (const postgres::DatabaseError& refused) {
        run.log.error("its row can't be queued again: " + std::string(refused.what()));
        again = false;
      }
    }
    return queue_.fail(job.run_id, failure, running_.progress(job.run_id));
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
  const auto ending = settle([&] { return queue_.excuse(run.job.run_id, reason); }, run, stop);
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
      const auto ending = write();
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
