#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

namespace aura::audio {

/// Whether this build has a sanitizer, whose runtime needs memory of its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

/// The resources of a confined process.
struct ChildLimits {
  std::uint64_t memory_bytes = 0;  ///< private and writable: heap, stacks, the program's own data
  std::chrono::seconds cpu_time{};
};

/// The descriptors of a confined process, besides 0 to 2.
inline constexpr int kChildInput = 3;   ///< a file, to pread() from
inline constexpr int kChildSocket = 4;  ///< to read() from and write() to

/// The system calls that a confined process may make: to compute, allocate memory, read its input
/// and use its socket. Opening a file fails with EACCES, because libraries look for files (time
/// zones, locales) that they can do without. Any other call ends the process with SIGSYS.
///
/// A sanitizer build also allows the calls of the sanitizer's runtime: it queries the process,
/// prints reports, and tests pointers by writing to a pipe.
class SystemCallFilter {
 public:
  /// Throws std::runtime_error if libseccomp can't build the filter.
  SystemCallFilter();

  /// Applies the filter to this process for good. Returns false if the system refuses.
  bool load() const noexcept;

 private:
  struct Release {
    void operator()(void* context) const noexcept;
  };
  std::unique_ptr<void, Release> context_;
};

/// What the system refused to a process that was to be confined. kNothing: it is confined.
enum class Refused { kNothing, kPrivileges, kLimits, kDescriptors, kFilter };

/// Confines this process for good: no file, no network, no other process, no new privileges, no
/// core dump, no more memory and processor time than `limits`, no descriptors but 0 to 2 and the
/// two above. If memory runs out, the kernel kills this process before others.
///
/// With AddressSanitizer or ThreadSanitizer, limits neither memory, because their shadow memory
/// counts as used, nor descriptors. Call from the only thread of a process.
Refused confine(const ChildLimits& limits, const SystemCallFilter& filter) noexcept;

}  // namespace aura::audio
