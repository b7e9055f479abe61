#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "aura/analysis/measure.h"
#include "aura/audio/decoder.h"
#include "aura/base/spool.h"
#include "aura/catalogue/measurement_store.h"
#include "aura/metrics/instruments.h"
#include "aura/worker/settings.h"
#include "fetched_track.h"
#include "lender.h"
#include "lookahead.h"
#include "run.h"
#include "running_jobs.h"
#include "stored_measurements.h"

namespace aura::worker {

/// The measurements of a job's reference track, and what was stored of them; nothing if the job
/// can't use the store.
struct MeasuredReference {
  std::optional<catalogue::StoredParts> found;
  analysis::Measurements measurements;
};

/// Measures the files of jobs, WORKER_THREADS at the same time. Thread-safe.
class Measurer {
 public:
  /// The caller keeps all arguments alive.
  Measurer(const WorkerSettings& settings, const audio::Decoder& decoder,
           StoredMeasurements& stored, RunningJobs& running, Lookahead& lookahead,
           metrics::Instruments& instruments);

  /// Returns the measurements of the track: those of another run, or what `known` lacks is
  /// measured. Throws what analysis::measure_missing() throws, and Stopped.
  analysis::Measurements measure(Run& run, const FetchedTrack& track, analysis::KnownParts known,
                                 const analysis::OnProgress& on_step, const std::stop_token& stop);

  /// Measures the reference of the job; nothing if there is none. If it can't be had, returns
  /// nothing and adds a warning: the job goes on. Throws Stopped and audio::DecoderLost.
  std::optional<MeasuredReference> measure_reference(Run& run, const FetchedTrack& track,
                                                     std::vector<std::string>& warnings,
                                                     const std::stop_token& stop);

 private:
  /// The right to measure.
  struct Processor {};

  analysis::Measured measure_file(Run& run, const Spool& file, analysis::KnownParts known,
                                  const analysis::OnProgress& on_step, const std::stop_token& stop);

  const WorkerSettings& settings_;
  const audio::Decoder& decoder_;
  StoredMeasurements& stored_;
  RunningJobs& running_;
  Lookahead& lookahead_;
  metrics::Instruments& instruments_;
  Lender<Processor> processors_;
};

}  // namespace aura::worker
