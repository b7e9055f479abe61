#pragma once

#include <span>
#include <string_view>

namespace aura::queue {

struct EmbeddedMigration {
  std::string_view name;  ///< "0001_runs_and_gates": its number and what it makes
  std::string_view sql;
};

/// The migrations in the order of their numbers.
std::span<const EmbeddedMigration> embedded_migrations() noexcept;

/// The statements that make the producer's table; %TABLE% and %NAME% are to be replaced.
std::string_view embedded_queue_table() noexcept;

}  // namespace aura::queue
