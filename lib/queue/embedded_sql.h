#pragma once

#include <string_view>

namespace aura::queue {

/// Returns the statements of deploy/migrations/queue_table.sql, with the placeholders %TABLE% and
/// %NAME%. Thread-safe.
std::string_view embedded_queue_table() noexcept;

}  // namespace aura::queue
