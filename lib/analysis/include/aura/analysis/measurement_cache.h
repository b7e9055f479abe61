#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "aura/analysis/measurements.h"
#include "aura/base/mutex.h"

namespace aura::analysis {

/// A folder with the measurements of files, one JSON file per SHA-256 (see to_stored_json()). Other
/// processes may use the folder at the same time. Damaged files count as missing. Foreign files in
/// the folder are left alone. Thread-safe.
class MeasurementCache {
 public:
  /// Stores at most `max_bytes` in `folder`. Processes that write at the same time may exceed them
  /// by a sixteenth each. Touches no file yet.
  MeasurementCache(std::filesystem::path folder, std::uint64_t max_bytes);

  /// Returns the parts of the file with this content_sha256() that from_stored_json() can read, and
  /// marks them as used now.
  KnownParts find(const std::string& sha256) const;

  /// Stores measurements under `sha256`, a content_sha256(), and replaces older ones. Creates the
  /// folder (mode 0700) if it is missing; its files have mode 0600. Afterwards deletes the files
  /// that were used longest ago if the folder holds more than `max_bytes`. Returns false if the
  /// folder can't be written. Throws std::logic_error if a number is not finite.
  bool store(const std::string& sha256, const Measurements& measurements) AURA_EXCLUDES(mutex_);

 private:
  std::filesystem::path file_of(const std::string& sha256) const;
  void prune() AURA_REQUIRES(mutex_);

  std::filesystem::path folder_;
  std::uint64_t max_bytes_;
  Mutex mutex_;
  // store() may write so many before it looks at the folder.
  std::uint64_t bytes_to_prune_ AURA_GUARDED_BY(mutex_) = 0;
};

}  // namespace aura::analysis
