#pragma once

#include <filesystem>

namespace aura {

/// Returns how many CPUs the calling thread may use; at least 1. This is the size of its affinity
/// mask, or less if a CPU quota of its cgroup (version 1 or 2) or of an ancestor allows less.
/// Rounds the quota up. `root` replaces `/` in tests. Thread-safe.
unsigned available_cpus(const std::filesystem::path& root = "/");

}  // namespace aura
