#pragma once

#include <atomic>
#include <cstdint>

namespace aura::worker {

/// What became of this process's runs so far. Thread-safe.
struct Tally {
  std::atomic<std::int64_t> completed{0};
  std::atomic<std::int64_t> retried{0};
  std::atomic<std::int64_t> failed{0};
  /// Writes of progress or outcome that the queue refused, the run being lost or its job taken
  /// back.
  std::atomic<std::int64_t> refused_writes{0};
};

}  // namespace aura::worker
