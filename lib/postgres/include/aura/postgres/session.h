#pragma once

#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "aura/postgres/connection.h"
#include "aura/postgres/deadline.h"

namespace aura::postgres {

/// Returns the first line of a message from PostgreSQL or libpq, at most 300 bytes, without
/// "ERROR:". The further lines show the statement and hints. Thread-safe.
std::string first_line(std::string_view message);

/// Who chose the values of a statement. Refused values of a client are the client's mistake:
/// database_errors() does not count them.
enum class Values { kOurs, kOfClient };

/// The libpqxx part of a Connection, and the only place that translates libpqxx's exceptions. Only
/// modules that hold SQL include this header. Not thread-safe. The Connection owns it.
class Connection::Session {
  using Clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::milliseconds;

  struct Open {
    explicit Open(const std::string& options) : connection(options), quiet(connection) {
      // An automatic reconnect would hide that the connection was lost. (Deprecated because libpqxx
      // 7 never reconnects.)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
      connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    }
    pqxx::connection connection;
    pqxx::quiet_errorhandler quiet;  ///< else libpqxx 6 writes notices to standard error
    Clock::time_point since = Clock::now();
  };

  /// Thrown if a transaction can't begin, for example because the role's limit for idle sessions
  /// has just ended the session. Another connection may succeed.
  struct NotBegun {
    std::exception_ptr why;
  };

  template <typename Body>
  auto run(std::optional<milliseconds> limit, Values values, Body body) {
    const auto begun = Clock::now();
    try {
      for (bool is_first = true;; is_first = false) {
        if (open_ && (open_->since < last_silence_.load() || has_ended_meanwhile())) open_.reset();
        if (!open_) open_ = std::make_unique<Open>(url_.connection_string);
        std::optional<Deadline> deadline;
        if (limit) deadline.emplace(open_->connection.sock(), *limit);
        try {
          return body(open_->connection);
        } catch (const NotBegun& failure) {
          open_.reset();
          if (!is_first || Clock::now() - begun > kBeginsWithin)
            std::rethrow_exception(failure.why);
        }
      }
    } catch (const pqxx::sql_error& error) {
      const auto kind = kind_of(error);
      if (kind != Kind::kOfRow || values == Values::kOurs) ++errors_;
      fail(error.what(), kind);
    } catch (const pqxx::failure& error) {
      if (limit && Clock::now() - begun >= *limit) last_silence_ = Clock::now();
      ++errors_;
      fail(error.what(), Kind::kPasses);
    }
  }

 public:
  /// The time limit of execute() and is_direct().
  static constexpr std::chrono::seconds kLimit{10};

  explicit Session(DatabaseUrl url) : url_(std::move(url)) {}

  const DatabaseUrl& url() const noexcept {
    return url_;
  }

  /// A running transaction, in READ COMMITTED whatever the server's default is. Use it only inside
  /// the `body` that receives it.
  class Transaction {
   public:
    explicit Transaction(pqxx::connection& connection) : statements_(connection) {}

    /// Run `sql` and return its rows. exec_params() binds `arguments` to $1, $2 and so on, and an
    /// empty optional to NULL. Throw libpqxx's exceptions, which the session translates after
    /// `body`.
    pqxx::result exec(const std::string& sql) { return statements_.exec(sql); }
    template <typename... Arguments>
    pqxx::result exec_params(const std::string& sql, const Arguments&... arguments) {
      return statements_.exec_params(sql, arguments...);
    }
    /// Returns `name` quoted as an SQL identifier.
    std::string quote_name(const std::string& name) { return statements_.quote_name(name); }

    /// Why the database refused something.
    struct Refusal {
      bool is_of_row = false;  ///< a row's content or the statement's values may be the cause
      std::string why;         ///< the server's message
    };
    /// Calls `body`, and undoes its statements if the database refuses one of them or `body` throws
    /// RowRefused. Returns the refusal; no value if `body` succeeded. Rethrows errors that may pass
    /// by themselves, and other exceptions of `body`.
    template <typename Body>
    std::optional<Refusal> attempt(Body body) {
      exec("SAVEPOINT attempt");
      std::optional<Refusal> refusal;
      try {
        body();
        exec("SET CONSTRAINTS ALL IMMEDIATE");  // deferred constraints may refuse too
      } catch (const pqxx::sql_error& error) {
        const auto kind = kind_of(error);
        if (kind == Kind::kPasses) throw;
        ++errors_;
        refusal = {kind == Kind::kOfRow, first_line(error.what())};
      } catch (const RowRefused& error) {
        refusal = {true, error.what()};
      }
      exec(refusal ? "ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt"
                   : "RELEASE SAVEPOINT attempt");
      return refusal;
    }

   private:
    pqxx::nontransaction statements_;
  };

  /// Runs one statement in a transaction of its own and returns its rows. Binds `arguments` to $1,
  /// $2 and so on. Throws DatabaseLost, also if the statement waits for a lock beyond `limit` or
  /// the server does not answer. Throws DatabaseError.
  template <typename... Arguments>
  pqxx::result execute_within(milliseconds limit, const std::string& sql,
                              const Arguments&... arguments) {
    return execute_with(Values::kOurs, limit, sql, arguments...);
  }
  /// As execute_within(), with kLimit.
  template <typename... Arguments>
  pqxx::result execute(const std::string& sql, const Arguments&... arguments) {
    return execute_within(kLimit, sql, arguments...);
  }
  /// As execute_within(). `values` says who chose the arguments.
  template <typename... Arguments>
  pqxx::result execute_with(Values values, milliseconds limit, const std::string& sql,
                            const Arguments&... arguments) {
    pqxx::result result;
    transaction_with(values, limit, [&](Transaction& transaction) {
      result = transaction.exec_params(sql, arguments...);
    });
    return result;
  }

  /// Calls `body(Transaction&)` in a transaction and commits. Each statement may take `limit`, the
  /// whole transaction 2 s more. Rolls back and rethrows if `body` throws. Throws DatabaseLost,
  /// which leaves open whether a commit took effect. Throws DatabaseError.
  template <typename Body>
  void transaction_within(milliseconds limit, Body body) {
    transaction_with(Values::kOurs, limit, body);
  }

  /// Runs one statement outside any transaction, without a time limit, and returns its rows. Throws
  /// DatabaseLost when `stop` is requested; the server continues the statement. Throws
  /// DatabaseError.
  pqxx::result execute_without_limit(const std::stop_token& stop, const std::string& sql) {
    return run(std::nullopt, Values::kOurs, [&](pqxx::connection& connection) {
      const ShutDown give_up(stop, connection.sock());
      pqxx::nontransaction statement(connection);
      return statement.exec(sql);
    });
  }

  /// Returns whether the server process that answers is the process that the connection was opened
  /// to. Otherwise a pooler stands between. Throws DatabaseLost, DatabaseError.
  bool is_direct() {
    bool is_the_same = false;
    transaction_within(kLimit, [&](Transaction& transaction) {
      is_the_same = transaction.exec("SELECT pg_backend_pid()")[0][0].as<int>() ==
                    open_->connection.backendpid();
    });
    return is_the_same;
  }

  /// As transaction_within(), without a time limit. Throws DatabaseLost when `stop` is requested.
  template <typename Body>
  void transaction_without_limit(const std::stop_token& stop, Body body) {
    run(std::nullopt, Values::kOurs, [&](pqxx::connection& connection) {
      const ShutDown give_up(stop, connection.sock());
      in_transaction(connection, milliseconds(0), body);
      return 0;
    });
  }

 private:
  /// The kinds of errors: the statement may succeed on a new connection; the content of a row or
  /// the statement's values are refused; neither.
  enum class Kind { kPasses, kOfRow, kOther };

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

  template <typename Body>
  void transaction_with(Values values, milliseconds limit, Body body) {
    // A server that still works ends the statement first: its error says more.
    run(limit + kServerIsFirst, values, [&](pqxx::connection& connection) {
      in_transaction(connection, limit, body);
      return 0;
    });
  }

  /// Replaces the role's limits, until the transaction ends, so that poolers work. `limit` also
  /// ends an idle transaction: a worker that is stopped in the middle must not keep its locks, or
  /// nobody could rescue its runs. Sends the limits together with BEGIN: otherwise the role's limit
  /// for idle transactions could apply in between. A limit of 0 means none.
  template <typename Body>
  void in_transaction(pqxx::connection& connection, milliseconds limit, Body body) {
    Transaction transaction(connection);
    const auto ms = std::to_string(limit.count());
    auto begin =
        "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = 0; SET LOCAL "
        "statement_timeout = " +
        ms + "; SET LOCAL idle_in_transaction_session_timeout = " + ms;
    if (connection.server_version() >= kHasTransactionTimeout)
      begin += "; SET LOCAL transaction_timeout = 0";
    try {
      transaction.exec(begin);
    } catch (const pqxx::failure&) {
      throw NotBegun{std::current_exception()};
    }
    try {
      body(transaction);
      transaction.exec("COMMIT");
    } catch (...) {
      try {
        transaction.exec("ROLLBACK");
      } catch (const pqxx::failure&) {
        open_.reset();  // so that the server ends it
      }
      throw;
    }
  }

  static constexpr std::chrono::seconds kServerIsFirst{2};
  static constexpr std::chrono::seconds kBeginsWithin{1};
  static constexpr int kHasTransactionTimeout = 170'000;

  friend std::uint64_t database_errors() noexcept;
  static inline std::atomic<std::uint64_t> errors_{0};

  /// When a connection of this process last met a silent server. Connections opened earlier are
  /// probably dead too. They are opened again, because each would wait for its own time limit.
  static inline std::atomic<Clock::time_point> last_silence_{};

  /// Returns whether the server closed the unused connection, for example at the role's limit for
  /// idle sessions, or sent anything else unasked.
  bool has_ended_meanwhile() const;
  static Kind kind_of(const pqxx::sql_error& error);
  [[noreturn]] void fail(std::string_view message, Kind kind);

  DatabaseUrl url_;
  std::unique_ptr<Open> open_;
};

using Transaction = Connection::Session::Transaction;

/// Locks schema changes until the transaction ends. Waits for other processes, within the limit of
/// the transaction.
void take_migration_lock(Transaction& work);

/// Returns the field's text; no value if the field is NULL.
inline std::optional<std::string> optional_text(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<std::string>();
}

}  // namespace aura::postgres
