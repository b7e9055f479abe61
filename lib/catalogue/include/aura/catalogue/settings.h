#pragma once

#include <cstdint>
#include <span>

#include "aura/analysis/space.h"
#include "aura/base/env.h"

namespace aura::catalogue {

/// What finds the nearest songs.
enum class IndexEngine {
  kResident,  ///< each worker, which has all vectors in memory: ResidentIndex
  kPgvector,  ///< PostgreSQL's extension pgvector: PgvectorIndex
};

/// How similar hits are found. deploy/SETTINGS.md explains each variable.
struct CatalogueSettings {
  IndexEngine index = IndexEngine::kResident;  ///< CATALOGUE_INDEX
  std::uint64_t max_bytes = 64 << 20;          ///< CATALOGUE_MAX_MB: of the resident index
  double similar_floor = 0.4;                  ///< SIMILAR_FLOOR
  bool same_artist = false;                    ///< SIMILAR_SAME_ARTIST
};

/// Returns which of `spaces`, the preferred first, `engine` can search in: with pgvector only the
/// last, because each table of it doubles the work of an addition. Thread-safe.
inline std::span<const analysis::Space> searchable(std::span<const analysis::Space> spaces,
                                                   IndexEngine engine) {
  return engine == IndexEngine::kPgvector ? spaces.last(1) : spaces;
}

/// Returns the settings of `env`. Throws ConfigError, one line, if a variable has a wrong value:
/// the line names the variable and its allowed values. Thread-safe.
CatalogueSettings read_catalogue_settings(const Env& env);

}  // namespace aura::catalogue
