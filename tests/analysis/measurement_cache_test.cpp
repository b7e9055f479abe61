#include "aura/analysis/measurement_cache.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "any_measurements.h"
#include "aura/analysis/stored.h"
#include "scratch_folder.h"

namespace aura::analysis {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kAmple = std::uint64_t{256} << 20;

/// A key: `digit` 64 times.
std::string key(char digit) {
  return std::string(64, digit);
}

struct Folder : ScratchFolder {
  fs::path cache() const { return path() / "cache"; }
  fs::path file_of(char digit) const { return cache() / (key(digit) + ".json"); }
  std::size_t count() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(cache()), fs::directory_iterator()));
  }
  void write(const fs::path& file, const std::string& text) const {
    fs::create_directories(cache());
    std::ofstream(file, std::ios::binary) << text;
  }
};

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

void set_age(const fs::path& file, std::chrono::hours age) {
  fs::last_write_time(file, fs::file_time_type::clock::now() - age);
}

bool holds(const MeasurementCache& cache, const std::string& sha256) {
  return is_complete(cache.find(sha256));
}

Measurements with_tempo(double bpm) {
  Measurements measured;
  measured.rhythm.bpm = bpm;
  return measured;
}

}  // namespace

TEST_CASE_METHOD(Folder, "measurement cache: what is stored is found, in a private folder") {
  MeasurementCache cache(path() / "cache", kAmple);
  CHECK_FALSE(holds(cache, key('a')));
  CHECK_FALSE(fs::exists(this->cache()));  // reading makes nothing
  CHECK(cache.store(key('a'), with_tempo(100)));
  REQUIRE(holds(cache, key('a')));
  CHECK(cache.find(key('a')).rhythm->bpm == 100);
  CHECK_FALSE(holds(cache, key('b')));
  CHECK(mode_of(this->cache()) == 0700);
  CHECK(mode_of(file_of('a')) == 0600);
  CHECK(count() == 1);
  CHECK(cache.store(key('a'), with_tempo(200)));
  CHECK(cache.find(key('a')).rhythm->bpm == 200);
  CHECK(count() == 1);
}

TEST_CASE_METHOD(Folder, "measurement cache: makes the folders above too") {
  MeasurementCache cache(path() / "a" / "b" / "c", kAmple);
  CHECK(cache.store(key('a'), {}));
  CHECK(mode_of(path() / "a" / "b" / "c") == 0700);
  MeasurementCache with_slash(path() / "d" / "e" / "", kAmple);
  CHECK(with_slash.store(key('a'), {}));
  CHECK(mode_of(path() / "d" / "e") == 0700);
}

TEST_CASE_METHOD(Folder, "measurement cache: files that are damaged or foreign are not found") {
  MeasurementCache cache(this->cache(), kAmple);
  const auto good = to_stored_json(with_tempo(100), key('a'));
  for (const auto& text : {std::string(), good.substr(0, good.size() / 2), std::string("[]"),
                           to_stored_json({}, key('b')), std::string(5000, '[')}) {
    write(file_of('a'), text);
    CHECK_FALSE(holds(cache, key('a')));
    CHECK(cache.store(key('a'), with_tempo(100)));
    CHECK(holds(cache, key('a')));
  }
}

TEST_CASE_METHOD(Folder,
                 "measurement cache: a gigabyte, a pipe, a link and a folder are not read") {
  MeasurementCache cache(this->cache(), kAmple);
  write(file_of('a'), to_stored_json({}, key('a')));
  fs::resize_file(file_of('a'), std::uintmax_t{1} << 30);  // sparse
  CHECK_FALSE(holds(cache, key('a')));
  REQUIRE(::mkfifo(file_of('b').c_str(), 0600) == 0);
  CHECK_FALSE(holds(cache, key('b')));
  write(path() / "elsewhere", to_stored_json({}, key('c')));
  fs::create_symlink(path() / "elsewhere", file_of('c'));
  CHECK_FALSE(holds(cache, key('c')));
  for (const char digit : {'a', 'b', 'c'}) {
    CHECK(cache.store(key(digit), {}));
    CHECK(holds(cache, key(digit)));
  }
  CHECK(fs::is_regular_file(fs::symlink_status(file_of('c'))));
  fs::create_directory(file_of('d'));
  CHECK_FALSE(holds(cache, key('d')));
  CHECK_FALSE(cache.store(key('d'), {}));
  CHECK(count() == 4);  // nothing is left of the attempt
}

TEST_CASE_METHOD(Folder, "measurement cache: what was used longest ago goes first") {
  const auto bytes = to_stored_json({}, key('0')).size();
  MeasurementCache cache(this->cache(), 8 * bytes + bytes / 2);
  for (const char digit : std::string("01234567")) {
    CHECK(cache.store(key(digit), {}));
    set_age(file_of(digit), std::chrono::hours(100 - (digit - '0')));
  }
  CHECK(count() == 8);
  CHECK(holds(cache, key('0')));  // used now
  CHECK(cache.store(key('8'), {}));
  CHECK_FALSE(holds(cache, key('1')));
  for (const char digit : std::string("0345678")) CHECK(holds(cache, key(digit)));
  // Another process's files count too.
  MeasurementCache other(this->cache(), 3 * bytes + bytes / 2);
  CHECK(other.store(key('9'), {}));
  CHECK(count() <= 3);
  CHECK(holds(other, key('9')));
}

TEST_CASE_METHOD(Folder, "measurement cache: deletes its own files only") {
  write(this->cache() / "song.wav", std::string(100'000, 's'));
  write(this->cache() / (key('A') + ".json"), "{}");
  write(this->cache() / (key('a').substr(1) + ".json"), "{}");
  fs::create_directory(this->cache() / (key('f') + ".json"));
  write(this->cache() / ".aura-abcdef", "left behind");
  set_age(this->cache() / ".aura-abcdef", std::chrono::hours(2));
  write(this->cache() / ".aura-ghijkl", "being written");
  MeasurementCache cache(this->cache(), 1);
  CHECK(cache.store(key('b'), {}));
  CHECK_FALSE(holds(cache, key('b')));  // larger than the limit
  CHECK(count() == 5);
  CHECK_FALSE(fs::exists(this->cache() / ".aura-abcdef"));
}

TEST_CASE_METHOD(Folder, "measurement cache: a folder that can't be written is told, not thrown") {
  write(path() / "file", "");
  MeasurementCache in_a_file(path() / "file", kAmple);
  CHECK_FALSE(in_a_file.store(key('a'), {}));
  CHECK_FALSE(holds(in_a_file, key('a')));
  MeasurementCache below_a_file(path() / "file" / "cache", kAmple);
  CHECK_FALSE(below_a_file.store(key('a'), {}));
  MeasurementCache nowhere("/proc/aura/cache", kAmple);
  CHECK_FALSE(nowhere.store(key('a'), {}));
}

TEST_CASE_METHOD(Folder,
                 "measurement cache: a full disk leaves the older file, and nothing beside") {
  MeasurementCache cache(this->cache(), kAmple);
  CHECK(cache.store(key('a'), with_tempo(100)));
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);  // the write fails instead
  const rlimit little{100, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &little) == 0);
  const bool is_stored = cache.store(key('a'), with_tempo(200));
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);
  CHECK_FALSE(is_stored);
  CHECK(count() == 1);
  CHECK(cache.find(key('a')).rhythm->bpm == 100);
}

TEST_CASE_METHOD(Folder, "measurement cache: whoever reads while others write finds whole files") {
  constexpr int kRounds = 200;
  const auto write_all = [this](double bpm) {
    MeasurementCache cache(this->cache(), kAmple);
    for (int i = 0; i < kRounds; ++i) cache.store(key('a'), with_tempo(bpm));
  };
  MeasurementCache cache(this->cache(), kAmple);
  CHECK(cache.store(key('a'), with_tempo(1)));
  std::jthread one(write_all, 1), two(write_all, 2);
  int missed = 0;
  for (int i = 0; i < kRounds; ++i) missed += holds(cache, key('a')) ? 0 : 1;
  one.join();
  two.join();
  CHECK(missed == 0);
  CHECK(count() == 1);
}

}  // namespace aura::analysis
