#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

namespace aura::audio {

/// Whether this is built with a sanitizer that has a runtime and memory of its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

/// What a confined process may use.
struct ChildLimits {
  std::uint64_t memory_bytes = 0;  ///< private and writable: heap, stacks, the program's own data
  std::chrono::seconds cpu_time{};
};

/// The descriptors that a confined process has, beside 0 to 2.
inline constexpr int kChildInput = 3;   ///< a file, to pread() from
inline constexpr int kChildSocket = 4;  ///< to read() from and write() to

/// The system calls that a confined process may make: to compute, to have memory, to read its input
/// and to talk on its socket. Asking for a file is refused with EACCES, since libraries look for
/// their own (time zones, locales) and can do without; any other call ends the process with SIGSYS.
///
/// With the sanitizers, their runtimes' own calls are allowed too: they ask about the process,
/// print reports, and try pointers out by writing what they point at into a pipe.
class SystemCallFilter {
 public:
  /// Throws std::runtime_error where libseccomp knows no such filter.
  SystemCallFilter();

  /// Binds this process from here on. Whether the system could.
  bool load() const noexcept;

 private:
  struct Release {
    void operator()(void* context) const noexcept;
  };
  std::unique_ptr<void, Release> context_;
};

/// What the system refused to a process that was to be confined.
enum class Refused { kNothing, kPrivileges, kLimits, kDescriptors, kFilter };

/// Confines this process, for good: no file, no network, no other process, no new privileges, no
/// core dump, no more memory and processor time than `limits`, no descriptor but those above. The
/// kernel's memory killer takes it before any other process. Anything but kNothing means that it
/// isn't confined.
///
/// With AddressSanitizer or ThreadSanitizer, memory is not limited, since their shadow counts as
/// used, and nor are descriptors.
Refused confine(const ChildLimits& limits, const SystemCallFilter& filter) noexcept;

}  // namespace aura::audio
