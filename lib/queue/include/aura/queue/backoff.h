#pragma once

#include <chrono>

namespace aura::queue {

/// How long to wait before trying again: doubling from `base` to at most `ceiling`.
struct BackoffPolicy {
  std::chrono::milliseconds base;
  std::chrono::milliseconds ceiling;
};

/// The wait after the `failures`th failure (from 1), half of it fixed and half random: `random` in
/// [0, 1) picks the place, so that what failed together doesn't come back together.
std::chrono::milliseconds backoff(const BackoffPolicy& policy, int failures,
                                  double random) noexcept;

/// The same, with a random number drawn from a generator of the calling thread's own.
std::chrono::milliseconds backoff(const BackoffPolicy& policy, int failures);

/// `interval` give or take up to `share` of itself, at random: pollers without jitter fall into
/// step.
std::chrono::milliseconds jittered(std::chrono::milliseconds interval, double share = 0.2);

}  // namespace aura::queue
