#include "aura/queue/aids.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "sql.h"
#include "sql_files.h"

namespace aura::queue {
namespace {

/// Does not wait for the lock: two builds at once would wait for each other. A build waits for all
/// running statements, also for a statement that waits for a lock. The number spells "auri".
constexpr const char* kTryLock = "SELECT pg_try_advisory_xact_lock(x'61757269'::bigint)";

/// For all statements except the building of an index.
constexpr std::chrono::seconds kQuick{5};

constexpr const char* kMakeTrigger =
    "DROP TRIGGER IF EXISTS {trigger} ON {jobs}; "
    "CREATE TRIGGER {trigger} AFTER {event} EXECUTE FUNCTION aura.{function}()";

constexpr const char* kSetFillFactor = "ALTER TABLE {jobs} SET (fillfactor = 85)";

struct Index {
  const char* suffix;
  const char* columns;
};

struct Trigger {
  const char* function;
  const char* event;
};

std::optional<Trigger> trigger_of(Aid aid) {
  if (aid == Aid::kWakeTrigger) return Trigger{"wake", "INSERT ON {jobs} FOR EACH STATEMENT"};
  if (aid == Aid::kNewStartTrigger) {
    return Trigger{"start_anew",
                   R"(UPDATE OF "status" ON {jobs} FOR EACH ROW
                      WHEN (NEW."status" = 'queued' AND OLD."status" NOT IN ('queued', 'processing')))"};
  }
  return std::nullopt;
}

Index index_of(Aid aid) {
  if (aid == Aid::kTurnIndex) return {"_aura_turn_idx", R"("userId", "createdAt", "id")"};
  return {"_aura_claim_idx", R"("createdAt", "id")"};
}

std::vector<Aid> wanted(bool in_turn) {
  // The indexes are last, because building them may have to wait.
  std::vector<Aid> aids{Aid::kWakeTrigger, Aid::kNewStartTrigger, Aid::kFillFactor,
                        Aid::kClaimIndex};
  if (in_turn) aids.push_back(Aid::kTurnIndex);
  return aids;
}

/// The session that builds an index. An index can't be built concurrently in a transaction, so the
/// session's own limits must be lifted.
class Building {
 public:
  /// Connects over `over`, or as `session` if `over` can't be reached.
  Building(postgres::Connection::Session& session, const postgres::DatabaseUrl& over,
           const std::stop_token& stop)
      : connection_(over), stop_(stop) {
    const bool is_other = over.connection_string != session.url().connection_string;
    try {
      open(is_other);
    } catch (const postgres::DatabaseLost&) {
      if (stop.stop_requested() || !is_other) throw;
      connection_ = postgres::Connection(session.url());
      open(false);
    }
  }
  ~Building() {
    if (is_direct_ || !is_unlimited_) return;
    try {  // a pooler may give the session to others
      connection_.session().execute_within(kQuick, "RESET ALL");
    } catch (const std::exception&) {
      // The session is gone.
    }
  }
  Building(const Building&) = delete;
  Building& operator=(const Building&) = delete;

  void execute(const std::string& sql) { connection_.session().execute_without_limit(stop_, sql); }
  /// Returns the limits that may stop a long build; empty if there are none.
  std::string limits() {
    if (is_unlimited_) return "";
    return connection_.session()
        .execute_within(kQuick, sql::kFindLimitsThatCutBuilds)[0][0]
        .as<std::string>();
  }

 private:
  void open(bool is_past_poolers) {
    is_direct_ = connection_.session().is_direct();
    is_unlimited_ = is_direct_ || is_past_poolers;
    if (is_unlimited_) connection_.session().execute_within(kQuick, kLiftLimits);
  }

  postgres::Connection connection_;
  std::stop_token stop_;
  bool is_direct_ = false;
  bool is_unlimited_ = false;
};

class Aids {
 public:
  Aids(postgres::Connection::Session& session, const QueueTable& table, IndexBuilding building = {})
      : session_(session), table_(table), building_(std::move(building)) {}

  bool is_there(Aid aid) {
    if (const auto trigger = trigger_of(aid))
      return finds(postgres::fill_in(sql::kHasTrigger, {{"{function}", trigger->function}}));
    if (aid == Aid::kFillFactor) return finds(sql::kHasFillFactor);
    const auto found = session_.execute_within(kQuick, sql::kFindIndex, qualified_name(aid));
    return !found.empty() && found[0]["indisvalid"].as<bool>();
  }

  AidReport make(Aid aid, const std::stop_token& stop) try {
    if (const auto trigger = trigger_of(aid)) {
      return {aid,
              make_quickly(postgres::fill_in(kMakeTrigger, {{"{trigger}", trigger_name(aid)},
                                                            {"{event}", trigger->event},
                                                            {"{function}", trigger->function}}))};
    }
    if (aid == Aid::kFillFactor) return {aid, make_quickly(kSetFillFactor)};
    if (!building_.is_due) return {aid, AidState::kMissing};
    return make_index(aid, stop);
  } catch (const postgres::DatabaseError& error) {
    return {aid, AidState::kRefused, error.what()};
  }

 private:
  bool finds(const std::string& sql) {
    // The name is part of a string literal.
    const auto literal = postgres::fill_in(table_.quoted, {{"'", "''"}});
    return session_.execute_within(kQuick, postgres::fill_in(sql, {{"{jobs}", literal}}))[0][0]
        .as<bool>();
  }

  std::string qualified_name(Aid aid) {
    return session_
        .execute_within(kQuick, "SELECT format('%I.%I', $1::text, $2::text)", table_.schema,
                        table_.name + index_of(aid).suffix)[0][0]
        .as<std::string>();
  }

  AidState make_quickly(const std::string& sql) try {
    session_.transaction_within(kQuick, [&](postgres::Transaction& work) {
      // While it waits for a lock on the table, all others queue behind it.
      work.exec_params("SET LOCAL lock_timeout = '1s'");
      work.exec(postgres::fill_in(sql, {{"{jobs}", table_.quoted}}));
    });
    return AidState::kMade;
  } catch (const postgres::DatabaseLost&) {
    return AidState::kBusy;
  }

  AidReport make_index(Aid aid, const std::stop_token& stop) {
    const auto [suffix, columns] = index_of(aid);
    const auto name = qualified_name(aid);
    const auto found = session_.execute_within(kQuick, sql::kFindIndex, name);
    if (!found.empty() && found[0]["busy"].as<bool>()) return {aid, AidState::kBusy};
    const auto bare =
        session_.execute_within(kQuick, "SELECT quote_ident($1)", table_.name + suffix)[0][0]
            .as<std::string>();
    Building building(session_, building_.over.value_or(session_.url()), stop);
    // A half-built index slows every insert and serves no claim.
    const auto clear = [&] { building.execute("DROP INDEX CONCURRENTLY IF EXISTS " + name); };
    try {
      if (!found.empty()) clear();
      building.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS " + bare + " ON " + table_.quoted +
                       " (" + columns + ") WHERE \"status\" = 'queued'");
      return {aid, AidState::kMade};
    } catch (const postgres::DatabaseLost& lost) {
      if (stop.stop_requested()) throw;
      const auto limits = building.limits();
      if (limits.empty()) throw;
      try {
        clear();
      } catch (const postgres::DatabaseLost&) {
        // The next build drops it.
      }
      return {aid, AidState::kCutOff, std::string(lost.what()) + "; " + limits};
    }
  }

  postgres::Connection::Session& session_;
  const QueueTable& table_;
  const IndexBuilding building_;
};

}  // namespace

std::string_view describe(Aid aid) noexcept {
  switch (aid) {
    case Aid::kWakeTrigger:
      return "the trigger that wakes workers";
    case Aid::kNewStartTrigger:
      return "the trigger that starts jobs anew";
    case Aid::kFillFactor:
      return "a fillfactor of 85";
    case Aid::kClaimIndex:
      return "the index for claiming";
    case Aid::kTurnIndex:
      return "the index for claiming in turn";
  }
  return "";
}

bool is_index(Aid aid) noexcept {
  return aid == Aid::kClaimIndex || aid == Aid::kTurnIndex;
}

std::string trigger_name(Aid aid) {
  const auto trigger = trigger_of(aid);
  return trigger ? "aura_" + std::string(trigger->function) : "";
}

std::vector<AidReport> find_aids(postgres::Connection& connection, const QueueTable& table,
                                 bool in_turn) {
  Aids aids(connection.session(), table);
  std::vector<AidReport> reports;
  for (const auto aid : wanted(in_turn)) {
    reports.push_back({aid, aids.is_there(aid) ? AidState::kPresent : AidState::kMissing});
  }
  return reports;
}

std::vector<AidReport> ensure_aids(postgres::Connection& connection, const QueueTable& table,
                                   bool in_turn, const std::stop_token& stop,
                                   const IndexBuilding& building) {
  auto reports = find_aids(connection, table, in_turn);
  if (std::all_of(reports.begin(), reports.end(),
                  [](const auto& report) { return report.state == AidState::kPresent; })) {
    return reports;
  }
  // The lock needs a connection of its own, because an index can't be built in its transaction.
  postgres::Connection lock(connection.url());
  lock.session().transaction_without_limit(stop, [&](postgres::Transaction& work) {
    // Not exec_params(): its snapshot would live until the next statement, and an index that is
    // built concurrently waits for all older snapshots.
    const bool is_ours = work.exec(kTryLock)[0][0].as<bool>();
    Aids aids(connection.session(), table, building);
    for (auto& report : reports) {
      if (aids.is_there(report.aid)) {
        report.state = AidState::kPresent;
      } else {
        report = is_ours ? aids.make(report.aid, stop) : AidReport{report.aid, AidState::kBusy};
      }
    }
  });
  return reports;
}

std::string limits_of_building(postgres::Connection& connection,
                               const postgres::DatabaseUrl& over) {
  return Building(connection.session(), over, {}).limits();
}

}  // namespace aura::queue
