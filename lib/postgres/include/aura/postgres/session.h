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

/// What happened, of a message by PostgreSQL or libpq: these run over several lines (the statement,
/// hints).
std::string first_line(std::string_view message);

/// Whose the values of a statement are. Refused values of a client are the client's mistake and
/// count as no error of ours.
enum class Values { kOurs, kOfClient };

/// What stands behind a Connection, and the one place where libpqxx's errors become ours.
class Connection::Session {
  using Clock = std::chrono::steady_clock;
  using milliseconds = std::chrono::milliseconds;

  struct Open {
    explicit Open(const std::string& options) : connection(options), quiet(connection) {
      // A connection that came back by itself would hide that it was lost. (Deprecated because
      // libpqxx 7 never does.)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
      connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
    }
    pqxx::connection connection;
    pqxx::quiet_errorhandler quiet;  ///< libpqxx 6 writes notices to standard error otherwise
    Clock::time_point since = Clock::now();
  };

  /// Thrown where a transaction could not even begin, so that it may be tried on another
  /// connection: a role's limit to idle sessions may strike at the very moment.
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
  /// What execute() and transaction() may take.
  static constexpr std::chrono::seconds kLimit{10};

  explicit Session(DatabaseUrl url) : url_(std::move(url)) {}

  const DatabaseUrl& url() const noexcept {
    return url_;
  }

  /// A transaction under way, in READ COMMITTED whatever the server's default is.
  class Transaction {
   public:
    explicit Transaction(pqxx::connection& connection) : statements_(connection) {}

    pqxx::result exec(const std::string& sql) { return statements_.exec(sql); }
    template <typename... Arguments>
    pqxx::result exec_params(const std::string& sql, const Arguments&... arguments) {
      return statements_.exec_params(sql, arguments...);
    }
    std::string quote_name(const std::string& name) { return statements_.quote_name(name); }

    /// Does `body`, which may throw RowRefused as well; undoes what it did where the database
    /// refuses it. Returns what was refused: whether any row's values can be the reason, and the
    /// server's words. What may pass by itself is thrown.
    struct Refusal {
      bool is_of_row = false;
      std::string why;
    };
    template <typename Body>
    std::optional<Refusal> attempt(Body body) {
      exec("SAVEPOINT attempt");
      std::optional<Refusal> refusal;
      try {
        body();
        exec("SET CONSTRAINTS ALL IMMEDIATE");  // what would wait for the end may refuse too
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

  /// Runs one statement in a transaction of its own, within `limit`: lost where it takes longer, be
  /// it that the statement waits for somebody else's locks or that the server is silent. Throws
  /// DatabaseLost, DatabaseError.
  template <typename... Arguments>
  pqxx::result execute_within(milliseconds limit, const std::string& sql,
                              const Arguments&... arguments) {
    return execute_with(Values::kOurs, limit, sql, arguments...);
  }
  template <typename... Arguments>
  pqxx::result execute(const std::string& sql, const Arguments&... arguments) {
    return execute_within(kLimit, sql, arguments...);
  }
  /// The same with values that a client gave.
  template <typename... Arguments>
  pqxx::result execute_with(Values values, milliseconds limit, const std::string& sql,
                            const Arguments&... arguments) {
    pqxx::result result;
    transaction_with(values, limit, [&](Transaction& transaction) {
      result = transaction.exec_params(sql, arguments...);
    });
    return result;
  }

  /// Runs `body(Transaction&)` and commits, within `limit`. Throws DatabaseLost, DatabaseError and
  /// what `body` throws, after which nothing of it is done.
  template <typename Body>
  void transaction_within(milliseconds limit, Body body) {
    transaction_with(Values::kOurs, limit, body);
  }

  /// Runs one statement outside any transaction, for as long as it takes or until `stop` asks, when
  /// it counts as lost; the server goes on with it.
  pqxx::result execute_without_limit(const std::stop_token& stop, const std::string& sql) {
    return run(std::nullopt, Values::kOurs, [&](pqxx::connection& connection) {
      const ShutDown give_up(stop, connection.sock());
      pqxx::nontransaction statement(connection);
      return statement.exec(sql);
    });
  }

  /// Whether the server process behind the connection is the one that it was opened to: if not, a
  /// pooler stands between.
  bool is_direct() {
    bool is_the_same = false;
    transaction_within(kLimit, [&](Transaction& transaction) {
      is_the_same = transaction.exec("SELECT pg_backend_pid()")[0][0].as<int>() ==
                    open_->connection.backendpid();
    });
    return is_the_same;
  }

  /// As transaction_within(), for as long as it takes or until `stop` asks.
  template <typename Body>
  void transaction_without_limit(const std::stop_token& stop, Body body) {
    run(std::nullopt, Values::kOurs, [&](pqxx::connection& connection) {
      const ShutDown give_up(stop, connection.sock());
      in_transaction(connection, milliseconds(0), body);
      return 0;
    });
  }

 private:
  /// Whether the statement might succeed on a new connection, whether it is a row that refuses it,
  /// or neither.
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
    // The server's own limit strikes first where there is a server: its error says more.
    run(limit + kServerIsFirst, values, [&](pqxx::connection& connection) {
      in_transaction(connection, limit, body);
      return 0;
    });
  }

  /// The limits are ours whatever the role's are, and end with the transaction, so that poolers do:
  /// a process that is stopped in the midst of it must not keep its locks, or its runs could not be
  /// rescued. They come in one message with BEGIN, or a role's limit for transactions that are idle
  /// could strike in between. 0: none.
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

  /// When a server was last found silent by any connection of this process. What was opened before
  /// is likely as dead and isn't used again: each would take its own time to find out.
  static inline std::atomic<Clock::time_point> last_silence_{};

  /// Whether the server has closed the connection while nobody used it, as for a role's limit to
  /// idle sessions, or has anything else to say that nobody asked for.
  bool has_ended_meanwhile() const;
  static Kind kind_of(const pqxx::sql_error& error);
  [[noreturn]] void fail(std::string_view message, Kind kind);

  DatabaseUrl url_;
  std::unique_ptr<Open> open_;
};

using Transaction = Connection::Session::Transaction;

/// Takes the lock of schema changes until the transaction ends. Waits for other processes.
void take_migration_lock(Transaction& work);

/// The field's text, or nothing where it is NULL.
inline std::optional<std::string> optional_text(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<std::string>();
}

}  // namespace aura::postgres
