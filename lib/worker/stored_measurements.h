#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "aura/analysis/measurements.h"
#include "aura/base/log.h"
#include "aura/base/mutex.h"
#include "aura/base/sha256.h"
#include "aura/catalogue/measurement_store.h"
#include "aura/metrics/instruments.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "databases.h"
#include "outage.h"

namespace aura::worker {

/// Looks measurements up in the store before a job, and stores them after its outcome. No failure
/// of the store reaches a job: it is logged. Thread-safe.
class StoredMeasurements {
 public:
  /// The caller keeps `settings`, `databases` and `instruments` alive.
  StoredMeasurements(const WorkerSettings& settings, Databases& databases,
                     metrics::Instruments& instruments, const Log& log);

  /// Returns what is stored of the file with the SHA-256 `content`, for the job `job`; nothing if
  /// the job can't use the store, or the store fails. Pictures count as known if none are kept.
  /// Throws Stopped when `stop` is requested while other jobs use the database.
  std::optional<catalogue::StoredParts> find(const Sha256& content, const queue::Job& job,
                                             const std::stop_token& stop);

  /// Stores what `found`, a result of find(), lacks, after the run `run_id` has completed its job.
  /// Returns without storing when `stop` is requested.
  void store(const catalogue::StoredParts& found, const analysis::Measurements& measured,
             std::int64_t run_id, const std::stop_token& stop) noexcept;

  /// As store(), for the reference track of the job.
  void store_reference(const catalogue::StoredParts& found, const analysis::Measurements& measured,
                       std::int64_t run_id, const std::stop_token& stop) noexcept;

  /// Returns whether nothing could be stored last time.
  bool is_refused() const;

 private:
  /// Calls `store` with the store of a database.
  template <typename Store>
  void write(Store store, const std::stop_token& stop) noexcept;

  const WorkerSettings& settings_;
  Databases& databases_;
  metrics::Instruments& instruments_;
  mutable Mutex mutex_;
  Outage reading_ AURA_GUARDED_BY(mutex_);
  Outage writing_ AURA_GUARDED_BY(mutex_);
};

}  // namespace aura::worker
