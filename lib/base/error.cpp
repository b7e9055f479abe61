#include "aura/base/error.h"

#include <utility>

namespace aura {

JobError::JobError(std::string code, const std::string& message, Retry retry,
                   std::optional<std::chrono::seconds> retry_after)
    : std::runtime_error(message),
      code_(std::move(code)),
      retry_(retry),
      retry_after_(retry_after) {}

}  // namespace aura
