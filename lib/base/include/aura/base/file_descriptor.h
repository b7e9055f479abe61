#pragma once

#include <unistd.h>

#include <utility>

namespace aura {

/// Owns an open file descriptor and closes it in its destructor. -1 means that it owns none.
/// Not thread-safe.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  /// Takes ownership of `fd`; -1 for none.
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}
  ~FileDescriptor() { reset(); }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  /// Returns the descriptor, which this object still owns; -1 if it owns none.
  int get() const noexcept { return fd_; }
  /// Returns whether it owns a descriptor.
  explicit operator bool() const noexcept { return fd_ >= 0; }

  /// Closes the descriptor, if it owns one.
  void reset() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

}  // namespace aura
