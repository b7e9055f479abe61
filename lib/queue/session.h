#pragma once

#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "aura/queue/connection.h"
#include "deadline.h"

namespace aura::queue {

/// What stands behind a Connection, and the one place where libpqxx's errors become ours.
class Connection::Session {
  using Clock = std::chrono::steady_clock;

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

  template <typename Body>
  auto run(std::optional<std::chrono::milliseconds> limit, Body body) {
    const auto begun = Clock::now();
    try {
      if (open_ && open_->since < last_silence_.load()) open_.reset();
      if (!open_) open_ = std::make_unique<Open>(url_.connection_string);
      std::optional<Deadline> deadline;
      if (limit) deadline.emplace(open_->connection.sock(), *limit);
      return body(open_->connection);
    } catch (const pqxx::sql_error& error) {
      if (!is_of_data(error)) ++errors_;
      fail(error.what(), passes(error));
    } catch (const pqxx::failure& error) {
      if (limit && Clock::now() - begun >= *limit) last_silence_ = Clock::now();
      ++errors_;
      fail(error.what(), true);
    }
  }

 public:
  explicit Session(DatabaseUrl url) : url_(std::move(url)) {}

  const DatabaseUrl& url() const noexcept {
    return url_;
  }

  /// Runs one statement in a transaction of its own. Throws DatabaseLost, DatabaseError.
  template <typename... Arguments>
  pqxx::result execute(const std::string& sql, const Arguments&... arguments) {
    return run(std::nullopt, [&](pqxx::connection& connection) {
      pqxx::nontransaction statement(connection);
      return statement.exec_params(sql, arguments...);
    });
  }

  /// The same, but lost as soon as `stop` asks: for what may take long. The server goes on with it.
  pqxx::result execute_unless(const std::stop_token& stop, const std::string& sql) {
    return run(std::nullopt, [&](pqxx::connection& connection) {
      const ShutDown give_up(stop, connection.sock());
      pqxx::nontransaction statement(connection);
      return statement.exec(sql);
    });
  }

  /// Likewise a transaction.
  template <typename Body>
  void transaction_unless(const std::stop_token& stop, Body body) {
    run(std::nullopt, [&](pqxx::connection& connection) {
      const ShutDown give_up(stop, connection.sock());
      pqxx::work work(connection);
      work.exec("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
      body(work);
      work.commit();
      return 0;
    });
  }

  /// As execute(), but lost where it takes longer than `limit`, be it that the statement waits for
  /// somebody else's locks or that the server is silent.
  template <typename... Arguments>
  pqxx::result execute_within(std::chrono::milliseconds limit, const std::string& sql,
                              const Arguments&... arguments) {
    pqxx::result result;
    transaction_within(limit,
                       [&](pqxx::work& work) { result = work.exec_params(sql, arguments...); });
    return result;
  }

  /// Runs `body(pqxx::work&)` in one transaction and commits it. Throws DatabaseLost, DatabaseError
  /// and what `body` throws.
  template <typename Body>
  void transaction(Body body) {
    run(std::nullopt, [&](pqxx::connection& connection) {
      pqxx::work work(connection);
      body(work);
      work.commit();
      return 0;
    });
  }

  /// The same within `limit`, in READ COMMITTED whatever the server's default is.
  template <typename Body>
  void transaction_within(std::chrono::milliseconds limit, Body body) {
    // The server's own limit strikes first where there is a server: its error says more.
    run(limit + kServerIsFirst, [&](pqxx::connection& connection) {
      pqxx::work work(connection);
      // SET LOCAL ends with the transaction, so that poolers do. A process that is stopped in the
      // midst of it must not keep its locks, or its runs could not be rescued.
      const auto ms = std::to_string(limit.count());
      work.exec("SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = " +
                ms + "; SET LOCAL idle_in_transaction_session_timeout = " + ms);
      body(work);
      work.commit();
      return 0;
    });
  }

 private:
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

  static constexpr std::chrono::seconds kServerIsFirst{2};

  friend std::uint64_t database_errors() noexcept;
  static inline std::atomic<std::uint64_t> errors_{0};

  /// When a server was last found silent by any connection of this process. What was opened before
  /// is likely as dead and isn't used again: each would take its own time to find out.
  static inline std::atomic<Clock::time_point> last_silence_{};

  /// Whether the statement might succeed on a new connection.
  static bool passes(const pqxx::sql_error& error);
  /// Whether the values are refused, such as those of a client, where all is well with the
  /// database.
  static bool is_of_data(const pqxx::sql_error& error);
  [[noreturn]] void fail(std::string_view message, bool passes);

  DatabaseUrl url_;
  std::unique_ptr<Open> open_;
};

/// What happened, of a message by PostgreSQL or libpq: these run over several lines (the statement,
/// hints).
std::string first_line(std::string_view message);

/// The field's text, or nothing where it is NULL.
inline std::optional<std::string> optional_text(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<std::string>();
}

}  // namespace aura::queue
