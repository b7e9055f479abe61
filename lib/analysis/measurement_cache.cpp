#include "aura/analysis/measurement_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "aura/analysis/stored.h"
#include "aura/base/file_descriptor.h"
#include "aura/base/write_all.h"

namespace aura::analysis {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".json";
constexpr std::string_view kTemporary = ".aura-XXXXXX";
/// By then the process that wrote a temporary file is gone.
constexpr std::time_t kTemporaryLifeS = 3600;
/// A prune frees this part of the limit, and the next comes after as much is written, so that not
/// every store() lists the folder.
constexpr std::uint64_t kPrunedShare = 16;

bool is_stored_name(std::string_view name) {
  constexpr std::size_t kDigits = 64;
  return name.size() == kDigits + kEnding.size() && name.ends_with(kEnding) &&
         name.find_first_not_of("0123456789abcdef") == kDigits;
}

bool is_temporary_name(std::string_view name) {
  return name.size() == kTemporary.size() &&
         name.starts_with(kTemporary.substr(0, kTemporary.find('X')));
}

/// The whole file; nothing if it can't be read, is no regular file or is too long.
std::optional<std::string> read_whole(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  if (status.st_size > static_cast<off_t>(kMaxStoredBytes)) return std::nullopt;
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  for (std::size_t done = 0; done < text.size();) {
    const auto count = ::read(fd, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    done += static_cast<std::size_t>(count);
  }
  return text;
}

/// Whether the folder exists afterwards.
bool make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return true;
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  return ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST;
}

/// Writes beside the target first, so that no process reads half a file.
bool write_file(const fs::path& folder, const fs::path& target, std::string_view text) {
  auto name = (folder / kTemporary).string();
  const FileDescriptor file(::mkostemp(name.data(), O_CLOEXEC));  // mode 0600
  if (!file) return false;
  if (write_all(file.get(), text) && std::rename(name.c_str(), target.c_str()) == 0) return true;
  ::unlink(name.c_str());
  return false;
}

struct StoredFile {
  std::pair<std::time_t, long> used;  ///< seconds, nanoseconds
  std::string path;
  std::uint64_t bytes = 0;
};

/// The stored files in `folder`. Deletes temporary files that a lost process has left.
std::vector<StoredFile> list(const fs::path& folder) {
  std::vector<StoredFile> files;
  const auto now = std::time(nullptr);
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    const bool is_temporary = is_temporary_name(name);
    struct stat status {};
    if ((!is_temporary && !is_stored_name(name)) || ::lstat(entry->path().c_str(), &status) != 0 ||
        !S_ISREG(status.st_mode))
      continue;
    if (!is_temporary) {
      files.push_back({{status.st_mtim.tv_sec, status.st_mtim.tv_nsec},
                       entry->path().string(),
                       static_cast<std::uint64_t>(status.st_size)});
    } else if (now - status.st_mtim.tv_sec > kTemporaryLifeS) {
      ::unlink(entry->path().c_str());
    }
  }
  return files;
}

}  // namespace

MeasurementCache::MeasurementCache(fs::path folder, std::uint64_t max_bytes)
    : folder_(std::move(folder)), max_bytes_(max_bytes) {
  if (!folder_.has_filename()) folder_ = folder_.parent_path();  // it ends in a slash
}

fs::path MeasurementCache::file_of(const std::string& sha256) const {
  return folder_ / (sha256 + std::string(kEnding));
}

KnownParts MeasurementCache::find(const std::string& sha256) const {
  // O_NONBLOCK: a pipe would otherwise be waited for until somebody writes to it.
  const FileDescriptor file(
      ::open(file_of(sha256).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file) return {};
  const auto text = read_whole(file.get());
  if (!text) return {};
  auto known = from_stored_json(*text, sha256);
  // Fails in a read-only folder, which does no harm.
  if (is_complete(known)) ::futimens(file.get(), nullptr);
  return known;
}

bool MeasurementCache::store(const std::string& sha256, const Measurements& measurements) {
  const auto text = to_stored_json(measurements, sha256);
  if (text.size() > kMaxStoredBytes) return true;  // find() would refuse it
  if (!make_folder(folder_) || !write_file(folder_, file_of(sha256), text)) return false;
  const Lock lock(mutex_);
  if (text.size() > bytes_to_prune_) {
    prune();
  } else {
    bytes_to_prune_ -= text.size();
  }
  return true;
}

void MeasurementCache::prune() {
  const auto share = max_bytes_ / kPrunedShare;
  auto files = list(folder_);
  std::uint64_t bytes = 0;
  for (const auto& file : files) bytes += file.bytes;
  if (bytes > max_bytes_) {
    std::sort(files.begin(), files.end(), [](const StoredFile& a, const StoredFile& b) {
      return std::tie(a.used, a.path) < std::tie(b.used, b.path);
    });
    for (const auto& file : files) {
      if (bytes <= max_bytes_ - share) break;
      if (::unlink(file.path.c_str()) == 0 || errno == ENOENT) bytes -= file.bytes;
    }
  }
  bytes_to_prune_ = std::min(max_bytes_ - std::min(bytes, max_bytes_), share);
}

}  // namespace aura::analysis
