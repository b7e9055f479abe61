#include "aura/base/build.h"

namespace aura {

std::string_view release() noexcept {
  return AURA_RELEASE;
}

std::string_view commit() noexcept {
  return AURA_COMMIT;
}

}  // namespace aura
