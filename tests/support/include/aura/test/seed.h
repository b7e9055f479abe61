#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace aura::test {

/// What a test that goes by chance starts its generator with: AURA_TEST_SEED, or another one each
/// time. The test prints it.
inline std::uint32_t random_seed() {
  if (const char* given = std::getenv("AURA_TEST_SEED")) {
    return static_cast<std::uint32_t>(std::stoul(given));
  }
  return std::random_device()();
}

}  // namespace aura::test
