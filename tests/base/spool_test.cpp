#include "aura/base/spool.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <thread>
#include <vector>

#include "aura/base/error.h"

namespace {

using aura::Spool;

constexpr std::uint64_t kMaxBytes = 1 << 20;

std::vector<std::uint8_t> counted_bytes(std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(i % 251);
  return bytes;
}

std::vector<std::uint8_t> all_of(const Spool& spool) {
  std::vector<std::uint8_t> bytes(spool.size() + 1);
  bytes.resize(spool.read(0, bytes));
  return bytes;
}

/// Where the bytes lie, as the system names it.
std::string place_of(const Spool& spool) {
  return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(spool.descriptor()));
}

/// A folder that is gone with the test.
class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "aura-test-XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Makes every file end at `bytes`, as a full disk does.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before_{};
};

std::string refusal(const std::filesystem::path& path) {
  try {
    Spool::open(path, kMaxBytes);
  } catch (const aura::JobError& error) {
    CHECK_FALSE(error.retryable());
    return error.code();
  }
  return "";
}

}  // namespace

TEST_CASE("Spool: reads back what was appended, in memory and on disk alike") {
  const Folder folder;
  const auto bytes = counted_bytes(100'000);
  const auto limit = GENERATE(std::uint64_t{0}, std::uint64_t{50'000}, std::uint64_t{100'000});
  Spool spool(limit, folder.path());
  for (std::size_t at = 0; at < bytes.size(); at += 3'000)
    spool.append(std::span(bytes).subspan(at, std::min<std::size_t>(3'000, bytes.size() - at)));
  CHECK(spool.size() == bytes.size());
  CHECK(all_of(spool) == bytes);
}

TEST_CASE("Spool: reads from any offset, and less only at the end") {
  Spool spool;
  spool.append(counted_bytes(100));
  std::vector<std::uint8_t> into(40);
  CHECK(spool.read(30, into) == 40);
  CHECK(into.front() == 30);
  CHECK(into.back() == 69);
  CHECK(spool.read(90, into) == 10);
  CHECK(spool.read(100, into) == 0);
  CHECK(spool.read(1'000'000, into) == 0);
}

TEST_CASE("Spool: lies in memory up to its limit and beyond it in the folder given, nameless") {
  const Folder folder;
  Spool spool(1'000, folder.path());
  spool.append(counted_bytes(1'000));
  CHECK(place_of(spool).starts_with("/memfd:"));
  spool.append(counted_bytes(1));
  CHECK(place_of(spool).starts_with(folder.path().string()));
  CHECK(place_of(spool).ends_with("(deleted)"));
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("Spool: stays in memory where no temporary file can be made") {
  Spool spool(10, "/nowhere/at/all");
  const auto bytes = counted_bytes(1'000);
  spool.append(bytes);
  CHECK(place_of(spool).starts_with("/memfd:"));
  CHECK(all_of(spool) == bytes);
}

TEST_CASE("Spool: says that the disk is full, which may pass") {
  Spool spool(0);
  spool.append(counted_bytes(1'000));
  const FileSizeLimit full(1'500);
  try {
    spool.append(counted_bytes(1'000));
    FAIL("took bytes that the disk has no room for");
  } catch (const aura::JobError& error) {
    CHECK(error.code() == "no_space");
    CHECK(error.retryable());
  }
}

TEST_CASE("Spool: a moved one keeps its bytes") {
  Spool spool;
  spool.append(counted_bytes(10));
  const Spool moved = std::move(spool);
  CHECK(all_of(moved) == counted_bytes(10));
}

TEST_CASE("Spool: a shared one has the same bytes and label, and outlives the first") {
  const auto limit = GENERATE(std::uint64_t{0}, std::uint64_t{100});
  const auto make_shared_one = [&] {
    Spool first(limit);
    first.append(counted_bytes(100));
    first.set_label({.name = "a.mp3", .media_type = "audio/mpeg"});
    auto shared = first.share();
    CHECK(place_of(shared) == place_of(first));
    CHECK(shared.descriptor() != first.descriptor());
    CHECK(all_of(first) == counted_bytes(100));
    return shared;
  };
  const Spool shared = make_shared_one();
  CHECK(shared.size() == 100);
  CHECK(all_of(shared) == counted_bytes(100));
  CHECK(shared.label().name == "a.mp3");
  CHECK(shared.label().media_type == "audio/mpeg");
}

TEST_CASE("Spool: is not shared without a free descriptor, which may pass") {
  Spool spool;
  spool.append(counted_bytes(10));
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{0, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  std::string code;
  bool is_retryable = false;
  try {
    spool.share();
  } catch (const aura::JobError& error) {
    code = error.code();
    is_retryable = error.retryable();
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(code == "no_resources");
  CHECK(is_retryable);
  CHECK(all_of(spool.share()) == counted_bytes(10));
}

TEST_CASE("Spool: any number of threads read at once", "[tsan]") {
  const auto bytes = counted_bytes(50'000);
  Spool spool(10'000);
  spool.append(bytes);
  const Spool& readable = spool;
  std::vector<std::vector<std::uint8_t>> read(4);
  {
    std::vector<std::jthread> threads;
    for (auto& to : read) threads.emplace_back([&] { to = all_of(readable); });
  }
  for (const auto& one : read) CHECK(one == bytes);
}

TEST_CASE("Spool: opens a regular file") {
  const Folder folder;
  const auto path = folder.path() / "some.wav";
  std::ofstream(path) << "twelve bytes";
  const auto spool = Spool::open(path, kMaxBytes);
  CHECK(spool.label().name == std::filesystem::path(path).filename());
  CHECK(spool.size() == 12);
  CHECK(all_of(spool).front() == 't');
}

TEST_CASE("Spool: opens no folder, no pipe, no device and nothing that isn't there") {
  const Folder folder;
  const auto pipe = folder.path() / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(refusal(pipe) == "unreadable");
  CHECK(refusal(folder.path()) == "unreadable");
  CHECK(refusal("/dev/zero") == "unreadable");
  CHECK(refusal(folder.path() / "missing") == "unreadable");
}

TEST_CASE("Spool: opens no file above the limit") {
  const Folder folder;
  const auto path = folder.path() / "large.wav";
  std::ofstream(path) << ' ';
  std::filesystem::resize_file(path, kMaxBytes);
  CHECK(refusal(path).empty());
  std::filesystem::resize_file(path, kMaxBytes + 1);
  CHECK(refusal(path) == "too_large");
}
