#include "aura/base/cpus.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>

namespace aura {
namespace {

namespace fs = std::filesystem;

constexpr double kNoQuota = std::numeric_limits<double>::infinity();

/// The CPUs that `cpu.max` ("max 100000", "150000 100000") allows.
double quota_v2(const fs::path& group) {
  std::ifstream file(group / "cpu.max");
  std::string quota;
  double period = 0;
  if (!(file >> quota >> period) || quota == "max" || period <= 0) return kNoQuota;
  char* end = nullptr;
  const double value = std::strtod(quota.c_str(), &end);
  return end != quota.c_str() && value > 0 ? value / period : kNoQuota;
}

double quota_v1(const fs::path& group) {
  double quota = 0;
  double period = 0;
  if (!(std::ifstream(group / "cpu.cfs_quota_us") >> quota) ||
      !(std::ifstream(group / "cpu.cfs_period_us") >> period) || quota <= 0 || period <= 0) {
    return kNoQuota;
  }
  return quota / period;
}

/// The least quota from `mount / group` up to `mount` itself.
template <typename Quota>
double least_quota(const fs::path& mount, const fs::path& group, Quota quota) {
  double least = quota(mount);
  fs::path at = mount;
  for (const auto& part : group.relative_path()) {
    at /= part;
    least = std::min(least, quota(at));
  }
  return least;
}

double cgroup_cpus(const fs::path& root) {
  const fs::path mount = root / "sys/fs/cgroup";
  double least = kNoQuota;
  std::ifstream groups(root / "proc/self/cgroup");
  // Lines are "hierarchy:controllers:path"; version 2 is the one with no controllers.
  for (std::string line; std::getline(groups, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first == std::string::npos ? first : first + 1);
    if (second == std::string::npos) continue;
    std::string controllers(1, ',');
    controllers.append(line, first + 1, second - first - 1).push_back(',');
    const fs::path group = line.substr(second + 1);
    if (controllers == ",,") {
      least = std::min(least, least_quota(mount, group, quota_v2));
    } else if (controllers.find(",cpu,") != std::string::npos) {
      least = std::min(least, least_quota(mount / "cpu", group, quota_v1));
    }
  }
  return least;
}

unsigned affinity_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

}  // namespace

unsigned available_cpus(const fs::path& root) {
  const unsigned affinity = affinity_cpus();
  const double quota = cgroup_cpus(root);
  if (quota >= affinity) return affinity;
  return std::max(1U, static_cast<unsigned>(std::ceil(quota)));
}

}  // namespace aura
