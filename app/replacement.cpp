#include "replacement.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <vector>

#include "aura/base/write_all.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTemporary = ".aura-XXXXXX";
constexpr std::size_t kMaxAttributeBytes = std::size_t{64} << 10;  // the limit of Linux

[[noreturn]] void refuse(const std::string& why) {
  throw std::runtime_error(why);
}

[[noreturn]] void refuse_to_write() {
  refuse("it can't be written: check the folder and the free disk space");
}

bool is_same(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino && one.st_size == other.st_size &&
         one.st_mtim.tv_sec == other.st_mtim.tv_sec && one.st_mtim.tv_nsec == other.st_mtim.tv_nsec;
}

}  // namespace

Replacement::Replacement(const std::string& path) {
  std::error_code failure;
  target_ = fs::canonical(path, failure);
  file_ = FileDescriptor(::open(target_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (failure || !file_ || ::fstat(file_.get(), &status_) != 0 || !S_ISREG(status_.st_mode))
    refuse("it is no file any more, or it can't be read");
  if (status_.st_nlink > 1)
    refuse("it has a further name (hard link), which would keep the old file: delete that name");
  if (::faccessat(AT_FDCWD, target_.c_str(), W_OK, AT_EACCESS) != 0)
    refuse("it is write-protected: allow writing first");
  folder_ =
      FileDescriptor(::open(target_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder_) open_temporary();
  if (!written_) refuse("its folder can't be written: check the rights of the folder");
}

Replacement::~Replacement() {
  if (!temporary_.empty()) ::unlinkat(folder_.get(), temporary_.c_str(), 0);
}

void Replacement::open_temporary() {
  const auto folder = target_.parent_path();
  written_ = FileDescriptor(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (written_ || errno == EACCES || errno == EROFS) return;
  auto name = (folder / kTemporary).string();
  written_ = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (written_) temporary_ = fs::path(name).filename().string();
}

/// The owner first: a change of it takes bits off the mode.
void Replacement::copy_attributes() const {
  struct stat fresh {};
  ::fstat(written_.get(), &fresh);
  const bool is_owned = fresh.st_uid == status_.st_uid && fresh.st_gid == status_.st_gid;
  if (!is_owned && ::fchown(written_.get(), status_.st_uid, status_.st_gid) != 0)
    refuse("it belongs to somebody else, and would be yours: run as its owner");
  constexpr mode_t kBits = 07777;
  if (::fchmod(written_.get(), status_.st_mode & kBits) != 0) refuse_to_write();
  std::vector<char> names(kMaxAttributeBytes), value(kMaxAttributeBytes);
  const auto listed = ::flistxattr(file_.get(), names.data(), names.size());
  for (std::string_view left(names.data(), listed > 0 ? static_cast<std::size_t>(listed) : 0);
       !left.empty(); left.remove_prefix(left.find('\0') + 1)) {
    const auto size = ::fgetxattr(file_.get(), left.data(), value.data(), value.size());
    if (size < 0) continue;
    // Those of the system itself, such as SELinux's, are not ours to write.
    if (::fsetxattr(written_.get(), left.data(), value.data(), static_cast<std::size_t>(size), 0) !=
            0 &&
        left.starts_with("user."))
      refuse_to_write();
  }
}

Spool Replacement::spool_of(const FileDescriptor& file) const {
  struct stat status {};
  FileDescriptor copy(::fcntl(file.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy || ::fstat(copy.get(), &status) != 0) refuse_to_write();
  Spool spool(std::move(copy), static_cast<std::uint64_t>(status.st_size));
  spool.set_label({.name = target_.filename().string(), .media_type = {}});
  return spool;
}

Spool Replacement::before() const {
  return spool_of(file_);
}

void Replacement::append(std::span<const std::uint8_t> bytes) {
  if (!write_all(written_.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()}))
    refuse_to_write();
}

Spool Replacement::after() const {
  copy_attributes();
  if (::fsync(written_.get()) != 0) refuse_to_write();
  return spool_of(written_);
}

/// Names a temporary file that has none.
void Replacement::give_name() {
  const auto own = "/proc/self/fd/" + std::to_string(written_.get());
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    const auto name = ".aura-" + std::to_string(::getpid()) + "-" + std::to_string(i);
    if (::linkat(AT_FDCWD, own.c_str(), folder_.get(), name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      temporary_ = name;
      return;
    }
    if (errno != EEXIST) break;
  }
  refuse_to_write();
}

void Replacement::commit() {
  struct stat now {};
  if (::lstat(target_.c_str(), &now) != 0 || !is_same(now, status_) || now.st_nlink > 1)
    refuse("somebody changed it meanwhile: run again");
  if (temporary_.empty()) give_name();
  if (::renameat(folder_.get(), temporary_.c_str(), AT_FDCWD, target_.c_str()) != 0)
    refuse_to_write();
  temporary_.clear();
  ::fsync(folder_.get());  // or a power failure brings the old version back, which is whole too
}

}  // namespace aura::app
