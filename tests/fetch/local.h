#pragma once

#include <string>

#include "aura/base/spool.h"
#include "aura/fetch/limits.h"

namespace aura::test {

/// The default limits, but that the test servers on this machine may be asked.
inline fetch::FetchLimits local_limits() {
  fetch::FetchLimits limits;
  limits.allowed_hosts =
      fetch::HostList::parse("", "127.0.0.0/8 ::1", fetch::HostList::Names::kExact);
  return limits;
}

inline std::string text_of(const Spool& file) {
  return file.read_start(file.size());
}

}  // namespace aura::test
