#include "idn.h"

#include <idn2.h>

#include <memory>

namespace aura::fetch {

std::optional<std::string> to_ascii_host(const std::string& host) {
  char* found = nullptr;
  const int status = idn2_to_ascii_8z(host.c_str(), &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, decltype(&idn2_free)> name(found, idn2_free);
  if (status != IDN2_OK) return std::nullopt;
  return std::string(name.get());
}

}  // namespace aura::fetch
