#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <utility>

#include "aura/queue/connection.h"

namespace aura::queue {

/// What stands behind a Connection, and the one place where libpqxx's errors become ours.
class Connection::Session {
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
  };

  template <typename Body>
  auto run(Body body) {
    try {
      if (!open_) open_ = std::make_unique<Open>(url_.connection_string);
      return body(open_->connection);
    } catch (const pqxx::sql_error& error) {
      fail(error.what(), passes(error));
    } catch (const pqxx::failure& error) {
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
    return run([&](pqxx::connection& connection) {
      pqxx::nontransaction statement(connection);
      return statement.exec_params(sql, arguments...);
    });
  }

  /// The same, but lost where it takes the server longer than `limit`: for what must not wait long
  /// for somebody else's locks.
  template <typename... Arguments>
  pqxx::result execute_within(std::chrono::milliseconds limit, const std::string& sql,
                              const Arguments&... arguments) {
    pqxx::result result;
    transaction([&](pqxx::work& work) {
      // SET LOCAL ends with the transaction, so that poolers do. A process that is stopped in the
      // midst of it must not keep its locks, or its runs could not be rescued.
      const auto ms = std::to_string(limit.count());
      work.exec("SET LOCAL statement_timeout = " + ms +
                "; SET LOCAL idle_in_transaction_session_timeout = " + ms);
      result = work.exec_params(sql, arguments...);
    });
    return result;
  }

  /// Runs `body(pqxx::work&)` in one transaction and commits it. Throws DatabaseLost, DatabaseError
  /// and what `body` throws.
  template <typename Body>
  void transaction(Body body) {
    run([&](pqxx::connection& connection) {
      pqxx::work work(connection);
      body(work);
      work.commit();
      return 0;
    });
  }

 private:
  /// Whether the statement might succeed on a new connection.
  static bool passes(const pqxx::sql_error& error);
  [[noreturn]] void fail(std::string_view message, bool passes);

  DatabaseUrl url_;
  std::unique_ptr<Open> open_;
};

/// The field's text, or nothing where it is NULL.
inline std::optional<std::string> optional_text(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<std::string>();
}

}  // namespace aura::queue
