#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "aura/analysis/measurements.h"
#include "aura/base/sha256.h"
#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::catalogue {

/// Which jobs share measurements and downloads: CACHE.
enum class Sharing {
  kAll,   ///< all jobs
  kUser,  ///< the jobs of one user
  kOff,   ///< the jobs of one user, and only while they run at the same time
};

/// What find() has found.
struct StoredParts {
  Sha256 key{};  ///< what the database knows the content by
  analysis::KnownParts parts;
};

/// The measurements of files in the database (aura.measurement), by the SHA-256 of their bytes. No
/// row holds a URL, a title, lyrics or a user. Each function may throw DatabaseLost and
/// DatabaseError. Not thread-safe: each thread has a connection and a store of its own.
class MeasurementStore {
 public:
  /// With kUser, the jobs of different users share nothing: the key is the HMAC-SHA-256 of content
  /// and user, with a secret of the database. The caller keeps `connection` alive and does not move
  /// it. With kOff, call nothing.
  MeasurementStore(postgres::Connection& connection, Sharing sharing);

  /// Returns the stored parts of the file with the SHA-256 `content`, in their versions of today.
  /// Omits damaged parts. `user` is the job's user; with kUser it has a value.
  StoredParts find(const Sha256& content, const std::optional<std::string>& user);

  /// Stores the parts of `measured` that `stored`, a result of find(), lacks, and links the job
  /// that the run `run_id` has completed to the content. Stores nothing if the run has not
  /// completed its job. Call after a whole analysis.
  void store(const StoredParts& stored, const analysis::Measurements& measured,
             std::int64_t run_id);

  /// As store(), for the reference track of the job: links the job to the content as its
  /// reference.
  void store_reference(const StoredParts& stored, const analysis::Measurements& measured,
                       std::int64_t run_id);

  /// Stores the parts of `measured` that `stored`, a result of find(), lacks, of a file that no job
  /// had.
  void store_file(const StoredParts& stored, const analysis::Measurements& measured);

 private:
  Sha256 key_of(const Sha256& content, const std::optional<std::string>& user);

  postgres::Connection& connection_;
  Sharing sharing_;
  std::optional<Sha256> secret_;  // read once
};

/// Limits of the stored measurements.
struct StoreLimits {
  int retention_days = 90;         ///< CACHE_RETENTION, since the last use
  int picture_retention_days = 7;  ///< PICTURE_RETENTION, since the last use; 0: no pictures
  std::uint64_t max_bytes = 0;     ///< CACHE_MAX_MB
};

// The functions below may throw DatabaseLost and DatabaseError. Call them from the thread that owns
// `connection` only.

/// Deletes up to `limit` parts that no job has used within the retention. Returns how many.
int prune_old_parts(postgres::Connection& connection, const StoreLimits& limits, int limit);

/// Deletes up to `limit` parts, those used longest ago, while all take more than limits.max_bytes.
/// Returns how many.
int prune_large_store(postgres::Connection& connection, const StoreLimits& limits, int limit);

/// Returns how many bytes the stored parts take.
std::int64_t measure_store(postgres::Connection& connection);

/// The content that a job is linked to.
enum class Link {
  kTrack,      ///< that of its track
  kReference,  ///< that of its reference track
};

/// Looks at up to `limit` jobs with such a link, those after `after` (an "id", or empty for the
/// first). Deletes the links of jobs whose rows are gone or that a later run has completed: one of
/// an older release, or one without a reference. Returns the id of the last job that it looked at;
/// empty if there are no more.
std::string prune_links(postgres::Connection& connection, const queue::QueueTable& table, Link link,
                        const std::string& after, int limit);

}  // namespace aura::catalogue
