#pragma once

#include <chrono>
#include <stop_token>

namespace aura {

/// Waits for `duration`, or until `stop` asks to stop if that is sooner. Whether the time passed.
/// Thread-safe.
bool wait_for(std::chrono::milliseconds duration, const std::stop_token& stop) noexcept;

}  // namespace aura
