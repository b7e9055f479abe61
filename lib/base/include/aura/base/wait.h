#pragma once

#include <chrono>
#include <stop_token>

namespace aura {

/// Waits for `duration`, or until `stop` asks to stop if that is sooner. Whether the time passed.
bool wait_for(std::chrono::milliseconds duration, std::stop_token stop);

}  // namespace aura
