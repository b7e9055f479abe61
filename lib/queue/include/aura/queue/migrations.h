#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aura/queue/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

/// Brings schema `aura` up to this version: each numbered migration once, in its own transaction,
/// under a lock that other workers wait for. Returns the names of those applied now. Safe to repeat
/// and to run from several processes at once. Throws DatabaseLost, DatabaseError.
std::vector<std::string> migrate(Connection& connection);

/// Creates the producer's table as Prisma would, unless it is there: `name` (default:
/// AuraAnalysis; see parse_table_name()), without a schema in the URL's or public. Returns whether
/// it was made. Throws ConfigError, DatabaseLost, DatabaseError.
bool create_queue_table(Connection& connection, const std::optional<std::string>& name);

}  // namespace aura::queue
