#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aura/analysis/measurements.h"
#include "aura/base/mutex.h"
#include "aura/base/sha256.h"

namespace aura::worker {

/// Lets runs that have the same content at the same time share one measurement. Thread-safe.
class SharedMeasurements {
 public:
  using Measured = std::shared_ptr<const analysis::Measurements>;
  /// Receives the measurements, or nothing if the run that had the turn has none.
  using Ready = std::function<void(Measured)>;
  /// What runs share: the SHA-256 of a file, by those that may share it ("" means everybody).
  using Content = std::pair<Sha256, std::string>;

  /// The turn of a run to measure a content. Not thread-safe.
  class Turn {
   public:
    /// begin() makes it.
    Turn(SharedMeasurements& shared, Content content)
        : shared_(shared), content_(std::move(content)) {}
    /// Gives the turn up: runs that still wait receive nothing.
    ~Turn() { shared_.end(content_); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    /// Gives the measurements to all runs that wait, and to those that ask before the turn ends.
    /// Throws std::bad_alloc.
    void share(const Measured& measured) { shared_.share(content_, measured); }

   private:
    SharedMeasurements& shared_;
    Content content_;
  };

  /// Returns the turn, if no run has it for this content. Otherwise returns nothing and calls
  /// `ready` once, immediately or later, from this thread or the thread of the other run. The
  /// caller keeps this object alive as long as the turn, and what `ready` uses until it is called.
  /// `ready` must be quick and must not throw. Throws std::bad_alloc.
  std::unique_ptr<Turn> begin(const Content& content, Ready ready);

 private:
  struct Measuring {
    std::vector<Ready> waiting;
    Measured measured;  ///< set once they are shared
  };

  void share(const Content& content, const Measured& measured);
  void end(const Content& content) noexcept;

  Mutex mutex_;
  std::map<Content, Measuring> measuring_ AURA_GUARDED_BY(mutex_);
};

}  // namespace aura::worker
