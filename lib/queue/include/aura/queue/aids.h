#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

/// An optional aid on the jobs table. Creating it needs more rights than SELECT and UPDATE. Without
/// aids a worker works, but slower.
enum class Aid {
  kWakeTrigger,      ///< notifies waiting workers of an insert
  kNewStartTrigger,  ///< forgets an ended job's attempts and crashes if it is queued again
  kFillFactor,       ///< room in each page, so that writing progress changes no index
  kClaimIndex,       ///< for claiming the oldest job
  kTurnIndex,        ///< for claims in turn
};

/// Returns a name for messages, such as "the index for claiming". Thread-safe.
std::string_view describe(Aid aid) noexcept;

/// Returns whether `aid` is an index. Thread-safe.
bool is_index(Aid aid) noexcept;

/// Returns the name of the trigger `aid`; empty for other aids. Thread-safe.
std::string trigger_name(Aid aid);

/// What find_aids() or ensure_aids() found.
enum class AidState {
  kPresent,
  kMissing,
  kMade,     ///< created by this call
  kBusy,     ///< the table is locked, or another process creates aids: try again later
  kCutOff,   ///< a limit of the role stopped the building of the index
  kRefused,  ///< the role lacks the right
};

/// The state of one aid.
struct AidReport {
  Aid aid;
  AidState state;
  std::string why{};  ///< for kCutOff and kRefused: the server's message
};

/// How ensure_aids() builds indexes.
struct IndexBuilding {
  /// A direct URL past the pooler, whose sessions can lift the role's limits. No value, or the
  /// server is out of reach: uses the connection's URL, which can lift them only without a pooler.
  std::optional<postgres::DatabaseUrl> over{};
  bool is_due = true;  ///< false: does not build missing indexes
};

// Call the functions below from the thread that owns `connection` only.

/// Returns the state of each aid, kPresent or kMissing. Includes kTurnIndex only if `in_turn`.
/// Throws DatabaseLost, DatabaseError.
std::vector<AidReport> find_aids(postgres::Connection& connection, const QueueTable& table,
                                 bool in_turn);

/// Creates the missing aids and returns the state of each. Blocks the web app for at most a second.
/// Builds indexes concurrently with its writes, and rebuilds a half-built index. A build waits for
/// all open transactions, without a time limit. Several processes may call
/// it at once: all but one get kBusy. Keeps an operator's settings, such as another fillfactor or a
/// disabled trigger. Throws DatabaseLost, also when `stop` is requested. Throws DatabaseError.
std::vector<AidReport> ensure_aids(postgres::Connection& connection, const QueueTable& table,
                                   bool in_turn, const std::stop_token& stop = {},
                                   const IndexBuilding& building = {});

/// Returns the limits that could stop the building of an index over `over`, for example
/// "statement_timeout is 100ms"; empty if there are none. Throws DatabaseLost, DatabaseError.
std::string limits_of_building(postgres::Connection& connection, const postgres::DatabaseUrl& over);

}  // namespace aura::queue
