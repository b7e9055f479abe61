#pragma once

#include <chrono>
#include <stop_token>

namespace aura {

/// Blocks for `duration`, or until `stop` is triggered if that is sooner. Returns whether it
/// blocked to the end: false if `stop` is triggered. Thread-safe.
bool wait_for(std::chrono::milliseconds duration, const std::stop_token& stop) noexcept;

}  // namespace aura
