#pragma once

#include <cstdint>
#include <string>

#include "aura/base/sha256.h"
#include "aura/fetch/limits.h"
#include "aura/fetch/outcome.h"

namespace aura::test {

/// The default limits, but that the test servers on this machine may be asked.
inline fetch::FetchLimits local_limits() {
  fetch::FetchLimits limits;
  limits.allowed_hosts =
      fetch::HostList::parse("", "127.0.0.0/8 ::1", fetch::HostList::Names::kExact);
  return limits;
}

inline std::string text_of(const fetch::Download& download) {
  return download.file.read_start(download.file.size());
}

inline Sha256 sha256_of(const std::string& text) {
  return sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace aura::test
