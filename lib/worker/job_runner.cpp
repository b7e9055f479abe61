#include "job_runner.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <new>

#include "aura/analysis/analyze.h"
#include "aura/base/error.h"
#include "aura/base/spool.h"
#include "aura/base/wait.h"
#include "outage.h"

namespace aura::worker {
namespace {

using Clock = std::chrono::steady_clock;
using metrics::Outcome;

std::int64_t ms_since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
}

/// Thrown out of the pipeline when the run turns out not to be ours any more.
struct RunLost {};

/// Notes how far a job is and what it spends its time with, for as long as its pipeline runs.
class Progress {
 public:
  Progress(ProgressWriter& writer, RunningJobs& running, metrics::Instruments& instruments,
           std::int64_t run_id)
      : writer_(writer), running_(running), instruments_(instruments), run_id_(run_id) {}
  ~Progress() { writer_.forget(run_id_); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void operator()(int percent) {
    running_.note_progress(run_id_, percent);
    writer_.report(run_id_, percent);
    if (percent == analysis::step::kDecoded) end_of(metrics::Stage::kDecode);
    if (percent == analysis::step::kMeasured) end_of(metrics::Stage::kFeatures);
  }

 private:
  void end_of(metrics::Stage stage) {
    const auto now = Clock::now();
    instruments_.observe(stage, now - since_);
    since_ = now;
  }

  ProgressWriter& writer_;
  RunningJobs& running_;
  metrics::Instruments& instruments_;
  std::int64_t run_id_;
  Clock::time_point since_ = Clock::now();
};

queue::Result to_result(const analysis::Report& report, std::chrono::milliseconds processing_time) {
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
                     const audio::Decoder& decoder, RunningJobs& running, ProgressWriter& progress,
                     metrics::Instruments& instruments, const Log& log)
    : settings_(settings),
      decoder_(decoder),
      running_(running),
      progress_(progress),
      instruments_(instruments),
      log_(log),
      connection_(settings.database.url),
      queue_(connection_, table) {}

void JobRunner::run(const queue::ClaimedJob& job, FetchedTrack track,
                    const std::stop_token& stop) noexcept try {
  const auto log = log_.for_job(job.job.job_id);
  const auto start = Clock::now();
  log.debug("a thread has begun");
  try {
    const auto report = analyze(job, track.outcome, stop);
    finish(job, to_result(report, track.took + std::chrono::milliseconds(ms_since(start))), stop,
           log);
  } catch (const audio::DecoderLost&) {
    wait_for_release(stop);
    stopped(job, log);
  } catch (const JobError& error) {
    give_up(job, error, stop, log);
  } catch (const Stopped&) {
    stopped(job, log);
  } catch (const RunLost&) {
    lost(job, log);
  } catch (const std::bad_alloc&) {
    give_up(job,
            JobError("out_of_memory", "the worker ran out of memory on this track", Retry::kYes),
            stop, log);
  } catch (const std::exception& error) {
    log.error("unexpected error: " + std::string(error.what()));
    give_up(
        job,
        JobError("internal", "an internal error stopped the analysis; the worker's log has more",
                 Retry::kYes),
        stop, log);
  }
} catch (const Stopped&) {
  log_.for_job(job.job.job_id).info("stopped");
} catch (const std::exception& error) {
  // The outcome could not be written. The row still reads processing, and its lease runs out.
  log_.for_job(job.job.job_id)
      .error("the outcome could not be saved: " + std::string(error.what()));
}

analysis::Report JobRunner::analyze(const queue::ClaimedJob& job,
                                    const fetch::Fetcher::Outcome& outcome,
                                    const std::stop_token& stop) {
  if (const auto* error = std::get_if<std::exception_ptr>(&outcome)) std::rethrow_exception(*error);
  Progress progress(progress_, running_, instruments_, job.run_id);
  progress(analysis::step::kDownloaded);

  auto report = analysis::analyze({std::get<Spool>(outcome), job.job.lyrics, job.job.lyrics_cut},
                                  decoder_, settings_.analysis.decode, std::ref(progress), stop);
  instruments_.add_audio(report.duration_s);
  return report;
}

void JobRunner::stopped(const queue::ClaimedJob& job, const Log& log) {
  switch (running_.stop_reason(job.run_id)) {
    case StopReason::kTimedOut:
      // What stopped the job must not keep this from being written.
      return give_up(
          job, JobError("timed_out", "the analysis made no progress for too long", Retry::kYes), {},
          log);
    case StopReason::kLost:
      return lost(job, log);
    case StopReason::kReleased:
    case StopReason::kNone:
      return released(log);
  }
}

void JobRunner::released(const Log& log) {
  instruments_.count(Outcome::kReleased);
  log.info("stopped: back in the queue");
}

/// Until the dispatcher, which learns of it too, has put back all that this worker has.
void JobRunner::wait_for_release(const std::stop_token& stop) {
  running_.wake();
  while (!stop.stop_requested()) wait_for(std::chrono::hours(1), stop);
}

void JobRunner::lost(const queue::ClaimedJob& job, const Log& log) {
  if (running_.stop_reason(job.run_id) == StopReason::kReleased) return released(log);
  log.warning("the job was taken back or deleted, or its lease ran out: its work is thrown away");
  // If it was only given up for want of a sure lease, it goes back at no cost.
  const bool is_lost = queue_.abandon(job.run_id) == queue::Ending::kDone;
  instruments_.count(is_lost ? Outcome::kLost : Outcome::kCancelled);
}

void JobRunner::finish(const queue::ClaimedJob& job, const queue::Result& result,
                       const std::stop_token& stop, const Log& log) {
  const auto begun = Clock::now();
  const auto ending = settle([&] { return queue_.complete(job.run_id, result); }, stop, log);
  if (ending != queue::Ending::kDone) throw RunLost{};
  instruments_.observe(metrics::Stage::kSave, Clock::now() - begun);
  instruments_.observe_job(result.processing_time);
  instruments_.count(Outcome::kCompleted);
  log.info("completed", {{"hit_factor", result.hit_factor},
                         {"ms", std::int64_t{result.processing_time.count()}}});
}

void JobRunner::give_up(const queue::ClaimedJob& job, const JobError& error,
                        const std::stop_token& stop, const Log& log) {
  const queue::Failure failure{error.code(), error.what(), error.retryable()};
  // Where its host asks for a wait, that is no failure of the job's, though not for ever.
  const bool wait_only = error.retry_after() && job.waits < settings_.max_host_waits;
  const bool again = error.retryable() && job.attempt <= settings_.max_retries;
  const auto wait =
      std::max<std::chrono::milliseconds>(queue::backoff(settings_.retry, job.attempt),
                                          error.retry_after().value_or(std::chrono::seconds(0)));
  const auto ending = settle(
      [&] {
        if (wait_only) return queue_.postpone(job.run_id, failure, wait);
        return again ? queue_.retry(job.run_id, failure, wait)
                     : queue_.fail(job.run_id, failure, running_.progress(job.run_id));
      },
      stop, log);
  if (ending != queue::Ending::kDone) {
    instruments_.count(ending == queue::Ending::kCancelled ? Outcome::kCancelled : Outcome::kLost);
    log.warning("the job was taken back or deleted meanwhile: its failure is not recorded");
  } else if (wait_only) {
    instruments_.count(Outcome::kPostponed);
    log.info("waits for its host: " + failure.message,
             {{"code", failure.code}, {"wait_ms", std::int64_t{wait.count()}}});
  } else if (again) {
    instruments_.count(Outcome::kRetried);
    log.warning("failed, will be tried again: " + failure.message,
                {{"code", failure.code},
                 {"attempt", std::int64_t{job.attempt}},
                 {"wait_ms", std::int64_t{wait.count()}}});
  } else {
    instruments_.count(Outcome::kFailed);
    log.error("failed: " + failure.message,
              {{"code", failure.code}, {"attempt", std::int64_t{job.attempt}}});
  }
}

/// Writes an ending, again and again while the database is away: the work is done, and the write
/// says by itself whether the run is still ours.
template <typename Write>
queue::Ending JobRunner::settle(Write write, const std::stop_token& stop, const Log& log) {
  Outage outage(log);
  while (true) {
    try {
      const auto ending = write();
      outage.over();
      if (ending != queue::Ending::kDone) instruments_.count_refused_writes();
      return ending;
    } catch (const queue::DatabaseLost& error) {
      const auto wait =
          outage.failed("the outcome can't be saved yet: " + std::string(error.what()));
      if (!wait_for(wait, stop)) throw Stopped{};
    }
  }
}

}  // namespace aura::worker
