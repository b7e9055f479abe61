#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "aura/postgres/result.h"
#include "aura/postgres/statement.h"

struct pg_conn;  // libpq's PGconn

namespace aura::postgres {

/// Thrown if the server refused a statement, or if the connection was lost.
class ServerError : public std::runtime_error {
 public:
  ServerError(const std::string& message, std::string code, std::size_t index)
      : std::runtime_error(message), sqlstate(std::move(code)), at(index) {}

  std::string sqlstate;  ///< empty if the connection was lost
  std::size_t at;        ///< the index of the first statement without a result
};

/// A connection to a server, and libpq's handle of it. Not thread-safe.
class OpenConnection {
 public:
  using Clock = std::chrono::steady_clock;

  /// Connects. Throws ServerError.
  explicit OpenConnection(const std::string& connection_string);

  int socket() const noexcept;
  int backend_pid() const noexcept;
  int server_version() const noexcept;
  /// Returns whether the connection can still be used, as far as this side knows.
  bool is_open() const noexcept;
  /// Returns whether a transaction is open.
  bool is_in_transaction() const noexcept;
  /// Returns whether the server closed the unused connection, for example at the role's limit for
  /// idle sessions, or sent anything else unasked.
  bool has_ended_meanwhile() const noexcept;
  Clock::time_point opened() const noexcept { return opened_; }
  Clock::time_point last_answer() const noexcept { return last_answer_; }
  /// Ends the connection, so that the server ends its transaction. Keeps the socket's number.
  void shut_down() noexcept;

  /// Sends `statements` together and returns their results: one round trip. They are unnamed, and
  /// their values are bound. Stops at the first error: throws ServerError, and the server executes
  /// none of the later statements.
  std::vector<Result> run(std::span<const Statement> statements);
  /// Executes `sql`, one or more statements without values. Returns the result of the last one.
  /// Throws ServerError.
  Result run_text(const std::string& sql);
  /// Returns `name` quoted as an SQL identifier.
  std::string quote_name(const std::string& name) const;

 private:
  struct Finish {
    void operator()(pg_conn* connection) const noexcept;
  };
  [[noreturn]] void lost(std::size_t at);

  std::unique_ptr<pg_conn, Finish> connection_;
  const Clock::time_point opened_ = Clock::now();
  Clock::time_point last_answer_ = opened_;
};

}  // namespace aura::postgres
