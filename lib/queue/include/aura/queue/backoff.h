#pragma once

#include <chrono>

namespace aura::queue {

// The functions below are thread-safe.

/// The waits between attempts: they double from `base` up to `ceiling`.
struct BackoffPolicy {
  std::chrono::milliseconds base;
  std::chrono::milliseconds ceiling;
};

/// Returns the wait after failure number `failures`, from 1. Half of the wait is fixed; `random` in
/// [0, 1) chooses the rest, so that jobs that fail together do not return together.
std::chrono::milliseconds backoff(const BackoffPolicy& policy, int failures,
                                  double random) noexcept;

/// As backoff() above, with a random number from a generator of the calling thread.
std::chrono::milliseconds backoff(const BackoffPolicy& policy, int failures);

/// Returns `interval` with a random change of at most ± `share` of it. Without jitter, pollers
/// synchronise.
std::chrono::milliseconds jittered(std::chrono::milliseconds interval, double share = 0.2);

}  // namespace aura::queue
