#include "aura/queue/backoff.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace aura::queue {
namespace {

double uniform() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

std::chrono::milliseconds scaled(std::chrono::milliseconds interval, double factor) noexcept {
  return std::chrono::milliseconds(std::llround(static_cast<double>(interval.count()) * factor));
}

}  // namespace

std::chrono::milliseconds backoff(const BackoffPolicy& policy, int failures,
                                  double random) noexcept {
  auto wait = std::min(policy.base, policy.ceiling);
  for (int i = 1; i < failures && wait < policy.ceiling; ++i)
    wait = std::min(wait * 2, policy.ceiling);
  return scaled(wait, 0.5 + 0.5 * random);
}

std::chrono::milliseconds backoff(const BackoffPolicy& policy, int failures) {
  return backoff(policy, failures, uniform());
}

std::chrono::milliseconds jittered(std::chrono::milliseconds interval, double share) {
  return scaled(interval, 1 + share * (2 * uniform() - 1));
}

}  // namespace aura::queue
