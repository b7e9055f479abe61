#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

/// What helps on the jobs table and needs more than SELECT and UPDATE to make. The worker does
/// without any of it, slower.
enum class Aid {
  kWakeTrigger,      ///< tells waiting workers of an insert
  kNewStartTrigger,  ///< forgets what a job has cost when it is set back to queued after its end
  kFillFactor,       ///< room in each page, so that progress is written without touching an index
  kClaimIndex,       ///< what claiming the oldest job reads
  kTurnIndex,        ///< what claiming in turn reads
};

/// "the index for claiming": for a line to people.
std::string_view describe(Aid aid) noexcept;

bool is_index(Aid aid) noexcept;

/// What a trigger among them is called; empty for others.
std::string trigger_name(Aid aid);

enum class AidState {
  kPresent,
  kMissing,
  kMade,     ///< just now
  kBusy,     ///< the table is locked, or it is being made elsewhere: try again later
  kCutOff,   ///< a limit of the role's cut off the building of an index
  kRefused,  ///< the role may not
};

struct AidReport {
  Aid aid;
  AidState state;
  std::string why{};  ///< it was cut off or refused, in the server's words
};

/// How indexes are built.
struct IndexBuilding {
  /// Past a pooler, where limits of the role's can be lifted; else as the connection, where they
  /// can be only if no pooler is in between.
  std::optional<postgres::DatabaseUrl> over{};
  bool is_due = true;  ///< else one that is missing stays missing
};

/// Which aids are there: kPresent or kMissing. The index for turns counts only where `in_turn`.
/// Throws DatabaseLost, DatabaseError.
std::vector<AidReport> find_aids(postgres::Connection& connection, const QueueTable& table,
                                 bool in_turn);

/// Makes what is missing without blocking the web app for more than a second; indexes are built
/// beside its writes, one left half-made anew. That waits for every transaction that is open then,
/// as long as it takes or until `stop` asks. Safe to run from several processes at once: all but
/// one find kBusy. What an operator has set otherwise (another fillfactor, a disabled trigger)
/// stays. Throws DatabaseLost.
std::vector<AidReport> ensure_aids(postgres::Connection& connection, const QueueTable& table,
                                   bool in_turn, const std::stop_token& stop = {},
                                   const IndexBuilding& building = {});

/// The limits that would cut off the building of an index, as "statement_timeout is 100ms"; empty:
/// none would. Throws DatabaseLost, DatabaseError.
std::string limits_of_building(postgres::Connection& connection, const postgres::DatabaseUrl& over);

}  // namespace aura::queue
