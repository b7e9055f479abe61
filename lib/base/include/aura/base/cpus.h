#pragma once

#include <filesystem>

namespace aura {

/// How many CPUs this process may keep busy: its affinity mask, cut to the CPU quota of its cgroup
/// (version 2 or 1, every ancestor counted), rounded up; at least 1. `root` stands in for `/`.
unsigned available_cpus(const std::filesystem::path& root = "/");

}  // namespace aura
