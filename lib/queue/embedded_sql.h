#pragma once

#include <string_view>

namespace aura::queue {

/// The statements that make the producer's table; %TABLE% and %NAME% are to be replaced.
std::string_view embedded_queue_table() noexcept;

}  // namespace aura::queue
