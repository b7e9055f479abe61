#include "aura/base/cpus.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;

namespace {

/// A root directory with files of the test's choosing, as /proc and /sys show them.
class FakeRoot {
 public:
  FakeRoot() {
    std::string name = (fs::temp_directory_path() / "aura_cpus_XXXXXX").string();
    root_ = mkdtemp(name.data());
  }
  ~FakeRoot() { fs::remove_all(root_); }
  FakeRoot(const FakeRoot&) = delete;
  FakeRoot& operator=(const FakeRoot&) = delete;

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  const fs::path& path() const { return root_; }

 private:
  fs::path root_;
};

}  // namespace

TEST_CASE("available_cpus: without a quota it is what the affinity mask allows") {
  const FakeRoot root;
  CHECK(aura::available_cpus(root.path()) >= 1);
}

TEST_CASE("available_cpus: a cgroup v2 quota below one CPU still leaves one") {
  const FakeRoot root;
  root.write("proc/self/cgroup", "0::/app\n");
  root.write("sys/fs/cgroup/app/cpu.max", "20000 100000\n");
  CHECK(aura::available_cpus(root.path()) == 1);
}

TEST_CASE("available_cpus: an ancestor's quota counts") {
  const FakeRoot root;
  root.write("proc/self/cgroup", "0::/pod/app\n");
  root.write("sys/fs/cgroup/pod/cpu.max", "100000 100000\n");
  root.write("sys/fs/cgroup/pod/app/cpu.max", "max 100000\n");
  CHECK(aura::available_cpus(root.path()) == 1);
}

TEST_CASE("available_cpus: a cgroup v1 quota counts, and -1 means none") {
  const FakeRoot root;
  root.write("proc/self/cgroup", "4:cpu,cpuacct:/app\n2:memory:/app\n");
  root.write("sys/fs/cgroup/cpu/app/cpu.cfs_period_us", "100000\n");
  root.write("sys/fs/cgroup/cpu/app/cpu.cfs_quota_us", "-1\n");
  const auto unlimited = aura::available_cpus(root.path());
  root.write("sys/fs/cgroup/cpu/app/cpu.cfs_quota_us", "90000\n");
  CHECK(aura::available_cpus(root.path()) == 1);
  CHECK(unlimited == aura::available_cpus(FakeRoot().path()));
}
