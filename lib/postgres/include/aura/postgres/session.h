#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/postgres/result.h"
#include "aura/postgres/statement.h"

namespace aura::postgres {

class OpenConnection;
class ServerError;

/// Returns the first line of a message from PostgreSQL or libpq, at most 300 bytes, without
/// "ERROR:". The further lines show the statement and hints. If a statement raised the message
/// itself, returns its text: see raise(). Thread-safe.
std::string first_line(std::string_view message);

/// Returns an SQL expression that refuses a row: if it is evaluated, the statement fails as if a
/// row's content were the cause, with `message` (without quotes). `text` is a text column of the
/// row, so that the server does not evaluate the expression while it plans. Thread-safe.
std::string raise(std::string_view message, std::string_view text);

/// Who chose the values of a statement. Refused values of a client are the client's mistake:
/// database_errors() does not count them.
enum class Values { kOurs, kOfClient };

/// The part of a Connection that knows SQL. Only modules that hold SQL include this header. Not
/// thread-safe. The Connection owns it.
///
/// A round trip is a message to the server and its answer. A server far away takes long for each,
/// so statements that need no answer in between travel together: libpq's pipeline mode. That works
/// through poolers too.
class Connection::Session {
  using Clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::milliseconds;

 public:
  /// The time limit of execute() and is_direct().
  static constexpr std::chrono::seconds kLimit{10};

  explicit Session(DatabaseUrl url);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const DatabaseUrl& url() const noexcept { return url_; }

  class Transaction;

  /// Runs one statement in a transaction of its own and returns its rows: one round trip. Binds
  /// `arguments` to $1, $2 and so on. Throws DatabaseLost, also if the statement waits for a lock
  /// beyond `limit` or the server does not answer. Throws DatabaseError.
  template <typename... Arguments>
  Result execute_within(milliseconds limit, const std::string& sql, const Arguments&... arguments) {
    return execute_with(Values::kOurs, limit, sql, arguments...);
  }
  /// As execute_within(), with kLimit.
  template <typename... Arguments>
  Result execute(const std::string& sql, const Arguments&... arguments) {
    return execute_within(kLimit, sql, arguments...);
  }
  /// As execute_within(). `values` says who chose the arguments.
  template <typename... Arguments>
  Result execute_with(Values values, milliseconds limit, const std::string& sql,
                      const Arguments&... arguments) {
    return run_all(values, limit, {Statement(sql, arguments...)}).front();
  }
  /// Runs `statements` in one transaction and one round trip, and returns their rows. Each may take
  /// `limit`, all together 2 s more. If one fails, none has an effect. Throws as execute_within().
  std::vector<Result> execute_all_within(milliseconds limit, std::vector<Statement> statements) {
    return run_all(Values::kOurs, limit, std::move(statements));
  }

  /// Calls `body(Transaction&)` in a transaction and commits. Each statement may take `limit`, the
  /// whole transaction 2 s more. The beginning takes no round trip, the commit one. Rolls back and
  /// rethrows if `body` throws. Calls `body` again, on a new connection, if its first statement
  /// could not begin. Throws DatabaseLost, which leaves open whether a commit took effect. Throws
  /// DatabaseError.
  void transaction_within(milliseconds limit, const std::function<void(Transaction&)>& body);

  /// Runs one statement outside any transaction, without a time limit, and returns its rows. Throws
  /// DatabaseLost when `stop` is requested; the server continues the statement. Throws
  /// DatabaseError.
  Result execute_without_limit(const std::stop_token& stop, const std::string& sql);

  /// Returns whether the server process that answers is the process that the connection was opened
  /// to. Otherwise a pooler stands between. Throws DatabaseLost, DatabaseError.
  bool is_direct();

  /// Sets how long a connection may be silent before a transaction's beginning is sent alone, which
  /// costs a round trip: 30 s. If nobody answers the beginning, nothing took effect, and a new
  /// connection is tried. For tests.
  void trust_for(milliseconds silence) noexcept { trusted_for_ = silence; }

  /// As transaction_within(), without a time limit. Throws DatabaseLost when `stop` is requested.
  void transaction_without_limit(const std::stop_token& stop,
                                 const std::function<void(Transaction&)>& body);

 private:
  /// The kinds of errors: the statement may succeed on a new connection; the content of a row or
  /// the statement's values are refused; neither.
  enum class Kind { kPasses, kOfRow, kOther };

  void run(std::optional<milliseconds> limit, Values values,
           const std::function<void(OpenConnection&)>& body);
  std::vector<Result> run_all(Values values, milliseconds limit, std::vector<Statement> statements);
  void in_transaction(OpenConnection& connection, milliseconds limit,
                      const std::function<void(Transaction&)>& body) const;
  static Kind kind_of(const ServerError& error);
  [[noreturn]] void fail(std::string_view message, Kind kind);

  friend std::uint64_t database_errors() noexcept;
  static inline std::atomic<std::uint64_t> errors_{0};

  /// When a connection of this process last met a silent server. Connections opened earlier are
  /// probably dead too. They are opened again, because each would wait for its own time limit.
  static inline std::atomic<Clock::time_point> last_silence_{};

  DatabaseUrl url_;
  /// A firewall or a pooler may forget a connection that is silent for longer.
  milliseconds trusted_for_{30'000};
  std::unique_ptr<OpenConnection> open_;
};

/// A running transaction, in READ COMMITTED whatever the server's default is. Use it only inside
/// the `body` that receives it. Its members throw exceptions that the session translates after
/// `body`: do not catch them.
class Connection::Session::Transaction {
 public:
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Runs `sql`, one or more statements, and returns the rows of the last one.
  Result exec(const std::string& sql);
  /// Runs one statement and returns its rows. Binds `arguments` to $1, $2 and so on.
  template <typename... Arguments>
  Result exec_params(const std::string& sql, const Arguments&... arguments) {
    return exec_all({Statement(sql, arguments...)}).front();
  }
  /// Runs `statements` in one round trip and returns their rows.
  std::vector<Result> exec_all(std::vector<Statement> statements);
  /// Returns `name` quoted as an SQL identifier.
  std::string quote_name(const std::string& name);

  /// Why the database refused something.
  struct Refusal {
    bool is_of_row = false;  ///< a row's content or the statement's values may be the cause
    std::string why;         ///< the server's message
  };
  /// Calls `body`, and undoes its statements if the database refuses one of them or `body` throws
  /// RowRefused. Returns the refusal; no value if `body` succeeded. Rethrows errors that may pass
  /// by themselves, and other exceptions of `body`. Takes one round trip beside those of `body`.
  std::optional<Refusal> attempt(const std::function<void()>& body);

 private:
  friend Session;
  enum class Then { kContinue, kCommit };

  Transaction(OpenConnection& connection, milliseconds limit, bool is_trusted);
  std::vector<Result> send(std::vector<Statement> statements, Then then);
  void commit();
  void roll_back() noexcept;

  OpenConnection& connection_;
  const bool is_trusted_;  ///< the connection still leads to its server, as far as one can tell
  /// Statements whose results nobody needs. They travel with the next statement: at first those
  /// that begin the transaction.
  std::vector<Statement> unsent_;
  bool has_begun_ = false;
  bool has_committed_ = false;
};

using Transaction = Connection::Session::Transaction;

/// Locks schema changes until the transaction ends. Waits for other processes, within the limit of
/// the transaction.
void take_migration_lock(Transaction& work);

}  // namespace aura::postgres
