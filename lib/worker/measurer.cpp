#include "measurer.h"

#include <chrono>
#include <exception>
#include <memory>
#include <utility>

#include "aura/base/error.h"

namespace aura::worker {
namespace {

using Clock = std::chrono::steady_clock;
using metrics::Stage;

/// Counts a thread as busy while it lives, and tells the look-ahead for how long.
class Working {
 public:
  Working(metrics::Instruments& instruments, Lookahead& lookahead)
      : instruments_(instruments), lookahead_(lookahead) {
    instruments_.thread_begins();
  }
  ~Working() {
    instruments_.thread_ends();
    lookahead_.note_work(Clock::now() - begun_);
  }
  Working(const Working&) = delete;
  Working& operator=(const Working&) = delete;

 private:
  metrics::Instruments& instruments_;
  Lookahead& lookahead_;
  const Clock::time_point begun_ = Clock::now();
};

}  // namespace

Measurer::Measurer(const WorkerSettings& settings, const audio::Decoder& decoder,
                   StoredMeasurements& stored, RunningJobs& running, Lookahead& lookahead,
                   metrics::Instruments& instruments)
    : settings_(settings),
      decoder_(decoder),
      stored_(stored),
      running_(running),
      lookahead_(lookahead),
      instruments_(instruments) {
  for (int i = 0; i < settings.threads; ++i) processors_.add(std::make_unique<Processor>());
}

analysis::Measurements Measurer::measure(Run& run, const FetchedTrack& track,
                                         analysis::KnownParts known,
                                         const analysis::OnProgress& on_step,
                                         const std::stop_token& stop) {
  if (track.measured) {
    running_.begin_work(run.job.run_id);
    instruments_.count_cache_hit(track.measured->core.duration_s);
    return *track.measured;
  }
  const bool was_known = is_complete(known);
  auto [measured, times] =
      measure_file(run, track.download()->file, std::move(known), on_step, stop);
  if (!was_known) {
    run.spent(Stage::kDecode, times.decode);
    run.spent(Stage::kFeatures, times.features);
  }
  return std::move(measured);
}

analysis::Measured Measurer::measure_file(Run& run, const Spool& file, analysis::KnownParts known,
                                          const analysis::OnProgress& on_step,
                                          const std::stop_token& stop) {
  const auto& limits = settings_.analysis.decode;
  if (is_complete(known)) {
    running_.begin_work(run.job.run_id);
    auto measured = analysis::measure_missing(std::move(known), file, decoder_, limits);
    instruments_.count_cache_hit(measured.measurements.core.duration_s);
    return measured;
  }
  const auto processor = run.without_wait([&] { return processors_.take(stop); });
  const Working working(instruments_, lookahead_);
  const bool had_tags = known.has(analysis::Part::kTags);
  running_.begin_work(run.job.run_id);
  run.log.debug("measuring begins");
  auto measured =
      analysis::measure_missing(std::move(known), file, decoder_, limits, on_step, stop);
  run.log.debug("measuring has ended");
  instruments_.count_cache_miss();
  instruments_.add_audio(measured.measurements.core.duration_s);
  if (!had_tags) instruments_.count_tagged(measured.times.tagging);
  return measured;
}

/// Adds a warning if the reference can't be had: the job goes on without.
std::optional<MeasuredReference> Measurer::measure_reference(Run& run, const FetchedTrack& track,
                                                             std::vector<std::string>& warnings,
                                                             const std::stop_token& stop) try {
  if (!track.reference) return std::nullopt;
  if (const auto* error = std::get_if<std::exception_ptr>(&*track.reference))
    std::rethrow_exception(*error);
  const auto& download = *track.reference_download();
  MeasuredReference reference{.found = stored_.find(download.sha256, run.job.job, stop),
                              .measurements = {}};
  analysis::KnownParts known;
  if (reference.found) known = reference.found->parts;
  if (!known.pictures) known.pictures.emplace();  // nobody looks at them
  if (reference.found) reference.found->parts = known;
  reference.measurements =
      measure_file(run, download.file, std::move(known), {}, stop).measurements;
  return reference;
} catch (const audio::DecoderLost&) {
  throw;
} catch (const Stopped&) {
  throw;
} catch (const std::exception& error) {
  const bool is_known = dynamic_cast<const JobError*>(&error) != nullptr;
  run.log.warning("the reference track can't be compared: " + std::string(error.what()));
  warnings.push_back("the reference track could not be compared with: " +
                     (is_known ? std::string(error.what()) : "an internal error"));
  return std::nullopt;
}

}  // namespace aura::worker
