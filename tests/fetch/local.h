#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
  std::vector<std::uint8_t> bytes(file.size());
  bytes.resize(file.read(0, bytes));
  return {bytes.begin(), bytes.end()};
}

}  // namespace aura::test
