#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <span>
#include <utility>

namespace aura::audio {

/// Owns a mapping of memory that processes share. Not thread-safe, nor is the memory.
class SharedMemory {
 public:
  enum class Access { kRead, kReadWrite };

  /// Maps the first `bytes` of `file`, which may be closed afterwards. bytes() is empty if that
  /// fails.
  SharedMemory(int file, std::size_t bytes, Access access) noexcept {
    const int protection = access == Access::kRead ? PROT_READ : PROT_READ | PROT_WRITE;
    void* const mapped = ::mmap(nullptr, bytes, protection, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) bytes_ = {static_cast<std::byte*>(mapped), bytes};
  }
  ~SharedMemory() {
    if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
  }
  SharedMemory(SharedMemory&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  SharedMemory& operator=(SharedMemory&&) = delete;

  std::span<std::byte> bytes() const noexcept { return bytes_; }

 private:
  std::span<std::byte> bytes_;
};

}  // namespace aura::audio
