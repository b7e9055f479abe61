#include "aura/postgres/session.h"

#include <sys/socket.h>

#include <algorithm>
#include <string_view>

#include "aura/base/text.h"
#include "aura/postgres/deadline.h"
#include "open_connection.h"

namespace aura::postgres {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// A server that still works ends a statement before this side gives up: its error says more.
constexpr std::chrono::seconds kServerIsFirst{2};
constexpr std::chrono::seconds kBeginsWithin{1};
constexpr int kHasTransactionTimeout = 170'000;

/// What surrounds a message that a statement raises itself.
constexpr std::string_view kRaised = "<refused>";
constexpr std::string_view kRaisedEnd = "</refused>";

/// Thrown if a transaction can't begin, for example because the role's limit for idle sessions has
/// just ended the session. Nothing took effect. Another connection may succeed.
struct NotBegun {
  ServerError why;
};

/// Shuts a socket down when a stop token is triggered.
class ShutDown {
 public:
  ShutDown(const std::stop_token& stop, int socket) : callback_(stop, Callback{socket}) {}

 private:
  struct Callback {
    int socket;
    void operator()() const noexcept { shutdown(socket, SHUT_RDWR); }
  };
  std::stop_callback<Callback> callback_;
};

/// Returns the statements that begin a transaction and replace the role's limits until it ends, so
/// that poolers work. `limit` also ends an idle transaction: a worker that is stopped in the middle
/// must not keep its locks, or nobody could rescue its runs. A limit of 0 means none. They are
/// always sent together: otherwise the role's limit for idle transactions could apply in between.
std::vector<Statement> beginning(const OpenConnection& connection, milliseconds limit) {
  std::string limits =
      "SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', $1, true), "
      "set_config('idle_in_transaction_session_timeout', $1, true)";
  if (connection.server_version() >= kHasTransactionTimeout)
    limits += ", set_config('transaction_timeout', '0', true)";
  return {Statement("BEGIN ISOLATION LEVEL READ COMMITTED"),
          Statement(limits, std::to_string(limit.count()))};
}

}  // namespace

std::string first_line(std::string_view message) {
  const auto raised = message.find(kRaised);
  const auto end = message.find(kRaisedEnd);
  if (raised != std::string_view::npos && end != std::string_view::npos && raised < end)
    message = message.substr(raised + kRaised.size(), end - raised - kRaised.size());
  if (message.starts_with("ERROR:")) message.remove_prefix(6);
  message.remove_prefix(std::min(message.find_first_not_of(' '), message.size()));
  return one_line(message.substr(0, message.find('\n')), 300);
}

std::string raise(std::string_view message, std::string_view text) {
  // SQL has no RAISE outside functions. A text that is no number can't be cast.
  return "('" + std::string(kRaised) + std::string(message) + std::string(kRaisedEnd) +
         "' || left(" + std::string(text) + ", 0))::int";
}

/// Errors that pass: a lost connection (no SQLSTATE, or 08), shutdown, crash recovery or a
/// cancelled statement (57), read-only after a failover (25006), no resources or connections left
/// (53), disk errors (58), a lock that is not available (55P03), deadlocks and conflicts (40), a
/// row of schema aura that another process inserted at the same time (23505). Errors of a row:
/// values (22), constraints (23, 44), triggers that raise (P0), damaged data (XX001).
Connection::Session::Kind Connection::Session::kind_of(const ServerError& error) {
  const std::string_view sqlstate = error.sqlstate;
  if (sqlstate.empty() || sqlstate == "25006" || sqlstate == "55P03") return Kind::kPasses;
  for (const auto* passing : {"08", "40", "53", "57", "58"}) {
    if (sqlstate.starts_with(passing)) return Kind::kPasses;
  }
  if (sqlstate == "23505") {
    const std::string_view message = error.what();
    const auto is_of = [&](std::string_view table) {
      return message.find(table) != std::string_view::npos;
    };
    const bool is_ours = is_of("\"run_") || is_of("\"gate_") || is_of("\"turn_") ||
                         is_of("\"pictures_") || is_of("\"set_aside_") || is_of("\"migration_") ||
                         is_of("\"measurement_") || is_of("\"job_content_") || is_of("\"pg_");
    return is_ours ? Kind::kPasses : Kind::kOfRow;
  }
  const bool is_of_row = sqlstate.starts_with("22") || sqlstate.starts_with("23") ||
                         sqlstate.starts_with("44") || sqlstate.starts_with("P0") ||
                         sqlstate == "XX001";
  return is_of_row ? Kind::kOfRow : Kind::kOther;
}

Connection::Session::Session(DatabaseUrl url) : url_(std::move(url)) {}
Connection::Session::~Session() = default;

void Connection::Session::run(std::optional<milliseconds> limit, Values values,
                              const std::function<void(OpenConnection&)>& body) {
  const auto begun = Clock::now();
  try {
    for (bool is_first = true;; is_first = false) {
      if (open_ && (!open_->is_open() || open_->opened() < last_silence_.load() ||
                    open_->has_ended_meanwhile())) {
        open_.reset();
      }
      if (!open_) open_ = std::make_unique<OpenConnection>(url_.connection_string);
      try {
        std::optional<Deadline> deadline;
        if (limit) deadline.emplace(open_->socket(), *limit);
        return body(*open_);
      } catch (const NotBegun& failure) {
        open_.reset();
        if (!is_first || Clock::now() - begun > kBeginsWithin) throw ServerError(failure.why);
      }
    }
  } catch (const ServerError& error) {
    const bool is_silent = error.sqlstate.empty() && limit && Clock::now() - begun >= *limit;
    if (is_silent) last_silence_ = Clock::now();
    const auto kind = kind_of(error);
    if (kind != Kind::kOfRow || values == Values::kOurs) ++errors_;
    fail(error.what(), kind);
  }
}

void Connection::Session::fail(std::string_view message, Kind kind) {
  // What the server has said of a row holds, also if the session ended as it was rolled back.
  const bool was_open = open_ != nullptr;
  if (kind == Kind::kPasses || !open_ || !open_->is_open()) open_.reset();
  if (!open_ && (!was_open || kind != Kind::kOfRow)) throw DatabaseLost(first_line(message));
  auto error = first_line(message);
  if (error.starts_with("relation \"aura.")) error += ": run aura migrate";
  if (kind == Kind::kOfRow) throw RowRefused(error);
  throw DatabaseError(error);
}

std::vector<Result> Connection::Session::run_all(Values values, milliseconds limit,
                                                 std::vector<Statement> statements) {
  std::vector<Result> results;
  run(limit + kServerIsFirst, values, [&](OpenConnection& connection) {
    in_transaction(connection, limit, [&](Transaction& transaction) {
      results = transaction.send(statements, Transaction::Then::kCommit);
    });
  });
  return results;
}

void Connection::Session::transaction_within(milliseconds limit,
                                             const std::function<void(Transaction&)>& body) {
  run(limit + kServerIsFirst, Values::kOurs,
      [&](OpenConnection& connection) { in_transaction(connection, limit, body); });
}

Result Connection::Session::execute_without_limit(const std::stop_token& stop,
                                                  const std::string& sql) {
  Result result;
  run(std::nullopt, Values::kOurs, [&](OpenConnection& connection) {
    const ShutDown give_up(stop, connection.socket());
    result = connection.run_text(sql);
  });
  return result;
}

bool Connection::Session::is_direct() {
  bool is_the_same = false;
  run(kLimit + kServerIsFirst, Values::kOurs, [&](OpenConnection& connection) {
    in_transaction(connection, kLimit, [&](Transaction& transaction) {
      const auto rows = transaction.exec_params("SELECT pg_backend_pid()");
      is_the_same = rows[0][0].as<int>() == connection.backend_pid();
    });
  });
  return is_the_same;
}

void Connection::Session::transaction_without_limit(const std::stop_token& stop,
                                                    const std::function<void(Transaction&)>& body) {
  run(std::nullopt, Values::kOurs, [&](OpenConnection& connection) {
    const ShutDown give_up(stop, connection.socket());
    in_transaction(connection, milliseconds(0), body);
  });
}

void Connection::Session::in_transaction(OpenConnection& connection, milliseconds limit,
                                         const std::function<void(Transaction&)>& body) const {
  Transaction transaction(connection, limit,
                          Clock::now() - connection.last_answer() < trusted_for_);
  try {
    body(transaction);
    transaction.commit();
  } catch (const NotBegun&) {
    throw;  // the connection is given up
  } catch (...) {
    transaction.roll_back();
    throw;
  }
}

Transaction::Transaction(OpenConnection& connection, milliseconds limit, bool is_trusted)
    : connection_(connection), is_trusted_(is_trusted), unsent_(beginning(connection, limit)) {}

std::vector<Result> Transaction::send(std::vector<Statement> statements, Then then) {
  const bool commits = then == Then::kCommit;
  if (commits) statements.emplace_back("COMMIT");
  const auto before = static_cast<std::ptrdiff_t>(unsent_.size());
  statements.insert(statements.begin(), std::make_move_iterator(unsent_.begin()),
                    std::make_move_iterator(unsent_.end()));
  unsent_.clear();
  std::span<const Statement> all = statements;
  std::vector<Result> results;
  if (!has_begun_) {
    has_begun_ = true;
    const bool is_alone = commits && !is_trusted_;
    const auto first = is_alone ? all.first(static_cast<std::size_t>(before)) : all;
    all = all.subspan(first.size());
    try {
      results = connection_.run(first);
    } catch (const ServerError& error) {
      const bool is_at_beginning = error.at < static_cast<std::size_t>(before);
      // Without an answer of the server, a transaction that was sent as a whole may have taken
      // effect. An error that ends a session (57) comes from the server itself.
      if (is_at_beginning && (first.size() < statements.size() || !commits ||
                              std::string_view(error.sqlstate).starts_with("57"))) {
        throw NotBegun{error};
      }
      throw;
    }
  }
  if (!all.empty()) {
    auto more = connection_.run(all);
    results.insert(results.end(), std::make_move_iterator(more.begin()),
                   std::make_move_iterator(more.end()));
  }
  has_committed_ = commits;
  results.erase(results.begin(), results.begin() + before);
  if (commits) results.pop_back();
  return results;
}

std::vector<Result> Transaction::exec_all(std::vector<Statement> statements) {
  return send(std::move(statements), Then::kContinue);
}

Result Transaction::exec(const std::string& sql) {
  if (!unsent_.empty()) send({}, Then::kContinue);
  return connection_.run_text(sql);
}

std::string Transaction::quote_name(const std::string& name) {
  return connection_.quote_name(name);
}

std::optional<Transaction::Refusal> Transaction::attempt(const std::function<void()>& body) {
  unsent_.emplace_back("SAVEPOINT attempt");
  std::optional<Refusal> refusal;
  try {
    body();
    // Deferred constraints may refuse too.
    exec_all({Statement("SET CONSTRAINTS ALL IMMEDIATE"), Statement("RELEASE SAVEPOINT attempt")});
    return std::nullopt;
  } catch (const ServerError& error) {
    const auto kind = kind_of(error);
    if (kind == Kind::kPasses) throw;
    ++errors_;
    refusal = {kind == Kind::kOfRow, first_line(error.what())};
  } catch (const RowRefused& error) {
    refusal = {true, error.what()};
  }
  unsent_.emplace_back("ROLLBACK TO SAVEPOINT attempt");
  unsent_.emplace_back("RELEASE SAVEPOINT attempt");
  return refusal;
}

void Transaction::commit() {
  if (has_begun_ && !has_committed_) send({}, Then::kCommit);
}

void Transaction::roll_back() noexcept try {
  if (connection_.is_in_transaction()) connection_.run_text("ROLLBACK");
} catch (const std::exception&) {
  connection_.shut_down();  // so that the server ends it
}

}  // namespace aura::postgres
