#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "aura/analysis/measurements.h"
#include "aura/analysis/similar_hit.h"
#include "aura/base/log.h"
#include "aura/base/mutex.h"
#include "aura/base/sha256.h"
#include "aura/catalogue/catalogue_reader.h"
#include "aura/metrics/instruments.h"
#include "aura/queue/queue.h"
#include "aura/worker/settings.h"
#include "databases.h"
#include "outage.h"

namespace aura::worker {

/// Finds the songs of the catalogue that sound like a job's track. No failure reaches a job: it is
/// logged. Thread-safe.
class SimilarSongs {
 public:
  /// The caller keeps all arguments but `log` alive.
  SimilarSongs(const WorkerSettings& settings, catalogue::CatalogueReader& reader,
               Databases& databases, metrics::Instruments& instruments, const Log& log);

  struct Found {
    std::vector<analysis::SimilarHit> hits;  ///< the most similar first
    std::optional<std::string> warning;      ///< for the report: why there are no hits
  };
  /// Finds the hits of `job`, whose file measures `measured`. `contents` are what the catalogue may
  /// know the file by: its SHA-256, and its key in the store. Waits up to kPatience while the index
  /// is being loaded. Throws Stopped when `stop` is requested.
  Found find(const analysis::Measurements& measured, std::vector<Sha256> contents,
             const queue::Job& job, const std::stop_token& stop);
  static constexpr std::chrono::seconds kPatience{10};

  /// Returns whether fingerprints are of use: only a catalogue needs them.
  bool needs_fingerprints() const;

 private:
  const WorkerSettings& settings_;
  catalogue::CatalogueReader& reader_;
  Databases& databases_;
  metrics::Instruments& instruments_;
  Mutex mutex_;
  Outage outage_ AURA_GUARDED_BY(mutex_);
};

}  // namespace aura::worker
