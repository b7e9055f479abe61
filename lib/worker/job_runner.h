#pragma once

#include <optional>
#include <stop_token>

#include "aura/analysis/measurements.h"
#include "aura/audio/decoder.h"
#include "aura/base/error.h"
#include "aura/base/log.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/metrics/instruments.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "databases.h"
#include "fetched_track.h"
#include "lookahead.h"
#include "measurer.h"
#include "progress_writer.h"
#include "run.h"
#include "running_jobs.h"
#include "shared_measurements.h"
#include "similar_songs.h"
#include "stored_measurements.h"
#include "trouble.h"

namespace aura::worker {

/// Runs jobs. While one job measures on each processor, others may look up and save: they borrow
/// a database connection for each of these. Thread-safe.
class JobRunner {
 public:
  /// Does not connect yet. `tagger` may be null. The caller keeps all arguments but `table` and
  /// `log` alive.
  JobRunner(const WorkerSettings& settings, const queue::QueueTable& table,
            const audio::Decoder& decoder, catalogue::CatalogueReader& catalogue,
            RunningJobs& running, ProgressWriter& progress, Trouble& trouble, Lookahead& lookahead,
            metrics::Instruments& instruments, const Log& log,
            const analysis::NamedTagger* tagger = nullptr);

  /// Takes the job from its downloaded track to its outcome in the database. Each error becomes an
  /// outcome or, if the database refuses the outcome, a line in the log. When `stop` is triggered,
  /// returns soon and writes nothing: the run is no longer ours. A run that timed out is an
  /// exception: it is still ours and fails. Shares what it measures through `turn`, if there is
  /// one.
  void run(const queue::ClaimedJob& job, const FetchedTrack& track, SharedMeasurements::Turn* turn,
           const std::stop_token& stop) noexcept;

 private:
  /// What a job needs of its measurements after they are judged.
  struct Judged {
    queue::Result result;
    analysis::Measurements measurements;
    std::optional<MeasuredReference> reference;
  };

  void carry_out(Run& run, const FetchedTrack& track, SharedMeasurements::Turn* turn,
                 const std::stop_token& stop);
  void want(analysis::KnownParts& known) const;
  std::optional<catalogue::StoredParts> look_up(Run& run, const FetchedTrack& track,
                                                const std::stop_token& stop);
  Judged analyze(Run& run, const FetchedTrack& track, const catalogue::StoredParts* found,
                 SharedMeasurements::Turn* turn, const std::stop_token& stop);
  void wait_for_release(const std::stop_token& stop);
  void lost(const Run& run);
  void released(const Run& run);
  void stopped(const Run& run);
  void finish(Run& run, const queue::Result& result, const std::stop_token& stop);
  void give_up(const Run& run, const JobError& error, const std::stop_token& stop);
  void excuse(const Run& run, const JobError& error, const std::stop_token& stop);
  void not_recorded(const Run& run, queue::Ending ending, const Log::Fields& why);
  template <typename Write>
  queue::Ending settle(Write write, const Run& run, const std::stop_token& stop);

  const WorkerSettings& settings_;
  const catalogue::CatalogueReader& catalogue_;
  RunningJobs& running_;
  ProgressWriter& progress_;
  Trouble& trouble_;
  Lookahead& lookahead_;
  metrics::Instruments& instruments_;
  const Log log_;
  const analysis::NamedTagger* tagger_;
  Databases databases_;
  StoredMeasurements stored_;
  Measurer measurer_;
  SimilarSongs similar_;
};

}  // namespace aura::worker
