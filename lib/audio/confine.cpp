#include "confine.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace aura::audio {
namespace {

constexpr std::array kAllowed{
    SCMP_SYS(brk),           SCMP_SYS(munmap),
    SCMP_SYS(mremap),        SCMP_SYS(madvise),
    SCMP_SYS(futex),         SCMP_SYS(sched_yield),
    SCMP_SYS(exit),          SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),  SCMP_SYS(getrandom),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
    SCMP_SYS(close),         SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sysinfo),  // how much memory there is: glibc's qsort() asks
};

constexpr std::array kRefusedFiles{
    SCMP_SYS(open),  SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(stat),   SCMP_SYS(newfstatat),
    SCMP_SYS(statx), SCMP_SYS(lstat),  SCMP_SYS(fstat),   SCMP_SYS(access), SCMP_SYS(readlink),
};

constexpr std::array kForSanitizers{
    SCMP_SYS(getpid),         SCMP_SYS(gettid),    SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(getrlimit), SCMP_SYS(prlimit64),   SCMP_SYS(getrusage),
    SCMP_SYS(nanosleep),      SCMP_SYS(fcntl),     SCMP_SYS(pipe2),       SCMP_SYS(clock_nanosleep),
};

/// Makes the filter's rules; the first that can't be made is thrown.
class Rules {
 public:
  explicit Rules(scmp_filter_ctx context) : context_(context) {}

  template <typename... Conditions>
  void allow(int call, Conditions... conditions) {
    add(SCMP_ACT_ALLOW, call, conditions...);
  }
  void refuse(int call) { add(SCMP_ACT_ERRNO(EACCES), call); }

 private:
  template <typename... Conditions>
  void add(std::uint32_t action, int call, Conditions... conditions) {
    if (seccomp_rule_add(context_, action, call, sizeof...(conditions), conditions...) != 0)
      throw std::runtime_error("libseccomp can't make the filter");
  }

  scmp_filter_ctx context_;
};

bool limit(__rlimit_resource resource, rlim_t soft, rlim_t hard) noexcept {
  const rlimit limits{soft, hard};
  return ::setrlimit(resource, &limits) == 0;
}

bool set_limits(const ChildLimits& limits) noexcept {
  const auto seconds = static_cast<rlim_t>(limits.cpu_time.count());
  return (kSanitized || limit(RLIMIT_DATA, limits.memory_bytes, limits.memory_bytes)) &&
         // SIGXCPU at the first, which says why; SIGKILL at the second.
         limit(RLIMIT_CPU, seconds, seconds + 1) && limit(RLIMIT_CORE, 0, 0) &&
         limit(RLIMIT_FSIZE, 0, 0) && limit(RLIMIT_NPROC, 0, 0) &&
         (kSanitized || limit(RLIMIT_NOFILE, 0, 0));
}

bool drop_privileges() noexcept {
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

void be_killed_first() noexcept {
  const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;  // no /proc: then the kernel chooses
  constexpr std::string_view kMost = "1000";
  static_cast<void>(::write(file, kMost.data(), kMost.size()) == 0);
  ::close(file);
}

/// libseccomp's own macros are C99. SCMP_CMP_MASKED_EQ takes the mask first.
constexpr scmp_arg_cmp argument(unsigned number, scmp_compare how, std::uint32_t first,
                                std::uint32_t second = 0) {
  return {.arg = number, .op = how, .datum_a = first, .datum_b = second};
}

}  // namespace

SystemCallFilter::SystemCallFilter() : context_(seccomp_init(SCMP_ACT_KILL_PROCESS)) {
  if (!context_) throw std::runtime_error("libseccomp can't make the filter");
  auto* const context = context_.get();
  seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  // Else older kernels slow every load after a store down (CVE-2018-3639). It would protect secrets
  // within this process, which has none.
  seccomp_attr_set(context, SCMP_FLTATR_CTL_SSB, 1);

  Rules rules(context);
  for (const int call : kAllowed) rules.allow(call);
  for (const int call : kRefusedFiles) rules.refuse(call);
  rules.allow(SCMP_SYS(pread64), argument(0, SCMP_CMP_EQ, kChildInput));
  rules.allow(SCMP_SYS(read), argument(0, SCMP_CMP_EQ, kChildSocket));
  rules.allow(SCMP_SYS(write), argument(0, SCMP_CMP_EQ, kChildSocket));
  rules.allow(SCMP_SYS(mprotect), argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  rules.allow(
      SCMP_SYS(mmap), argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
      argument(3, SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS | MAP_PRIVATE, MAP_ANONYMOUS | MAP_PRIVATE));
  if (kSanitized) {
    for (const int call : kForSanitizers) rules.allow(call);
    rules.allow(SCMP_SYS(write), argument(0, SCMP_CMP_NE, kChildInput));
  }
}

bool SystemCallFilter::load() const noexcept {
  return seccomp_load(context_.get()) == 0;
}

void SystemCallFilter::Release::operator()(void* context) const noexcept {
  seccomp_release(context);
}

Refused confine(const ChildLimits& limits, const SystemCallFilter& filter) noexcept {
  be_killed_first();
  constexpr unsigned kAll = std::numeric_limits<int>::max();
  if (::syscall(SYS_close_range, kChildSocket + 1, kAll, 0) != 0) return Refused::kDescriptors;
  if (!drop_privileges()) return Refused::kPrivileges;
  if (!set_limits(limits)) return Refused::kLimits;
  if (!filter.load()) return Refused::kFilter;
  return Refused::kNothing;
}

}  // namespace aura::audio
