#include "aura/base/spool.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

#include "aura/base/error.h"

namespace aura {
namespace {

constexpr std::size_t kCopyBlock = std::size_t{1} << 20;

/// A file without a name in `directory`; none where there is no making one.
FileDescriptor temporary_file(const std::filesystem::path& directory) {
  std::error_code error;
  const auto place = directory.empty() ? std::filesystem::temp_directory_path(error) : directory;
  if (error) return {};
  FileDescriptor file(::open(place.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file) return file;
  // Not every file system has files without a name.
  auto name = (place / "aura-XXXXXX").string();
  file = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (file) ::unlink(name.c_str());
  return file;
}

void write_at(int fd, std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      throw JobError("no_space",
                     "no space is left for temporary files: the worker's TMPDIR needs more",
                     Retry::kYes);
    }
    offset += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace

Spool::Spool(std::uint64_t memory_bytes, std::filesystem::path directory)
    : file_(::memfd_create("aura-spool", MFD_CLOEXEC)),
      memory_bytes_(memory_bytes),
      directory_(std::move(directory)) {
  if (!file_) throw std::bad_alloc();
}

Spool::Spool(FileDescriptor file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

Spool Spool::open(const std::string& path, std::uint64_t max_bytes) {
  // A pipe would otherwise be waited for until somebody writes to it.
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0)
    throw JobError("unreadable", "there is no such file, or it can't be read", Retry::kNo);
  if (!S_ISREG(status.st_mode)) {
    throw JobError("unreadable", "this is no file but a folder, a pipe or a device", Retry::kNo);
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > max_bytes) {
    throw JobError(
        "too_large",
        "the file is larger than " + std::to_string(max_bytes >> 20) + " MB: raise MAX_AUDIO_MB",
        Retry::kNo);
  }
  Spool spool(std::move(file), size);
  spool.set_label({.name = std::filesystem::path(path).filename(), .media_type = {}});
  return spool;
}

void Spool::append(std::span<const std::uint8_t> bytes) {
  if (size_ + bytes.size() > memory_bytes_) move_to_disk();
  write_at(file_.get(), size_, bytes);
  size_ += bytes.size();
}

Spool Spool::share() const {
  FileDescriptor file(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
  if (!file) {
    throw JobError("no_resources",
                   "the worker has no free files or memory: an operator must raise its limits",
                   Retry::kYes);
  }
  Spool shared(std::move(file), size_);
  shared.set_label(label_);
  return shared;
}

void Spool::move_to_disk() {
  memory_bytes_ = std::numeric_limits<std::uint64_t>::max();  // once, whether it works or not
  auto disk = temporary_file(directory_);
  if (!disk) return;
  std::vector<std::uint8_t> block(
      static_cast<std::size_t>(std::min<std::uint64_t>(size_, kCopyBlock)));
  for (std::uint64_t offset = 0; offset < size_;) {
    const auto count = read(offset, block);
    write_at(disk.get(), offset, std::span(block).first(count));
    offset += count;
  }
  file_ = std::move(disk);
}

std::string Spool::read_start(std::size_t count) const {
  std::vector<std::uint8_t> bytes(count);
  bytes.resize(read(0, bytes));
  return {bytes.begin(), bytes.end()};
}

std::size_t Spool::read(std::uint64_t offset, std::span<std::uint8_t> into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto count = ::pread(file_.get(), into.data() + done, into.size() - done,
                               static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw JobError("read_failed", "the file could not be read back from the worker's disk",
                     Retry::kYes);
    }
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

}  // namespace aura
