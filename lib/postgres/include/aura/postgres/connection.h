#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>

#include "aura/postgres/database_url.h"

namespace aura::postgres {

/// Thrown if the database can't be reached, closed the connection, or accepts no writes at present.
/// The same call may succeed later, on a new connection. The interrupted statement may have taken
/// effect.
class DatabaseLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown if the database refused a statement and would refuse it again: missing rights, a missing
/// table, a wrong value.
class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown if the content of a row or the statement's values made the database refuse: a check, a
/// trigger that raises, a column that is too narrow, bytes that can't be decoded. The database may
/// accept other rows.
class RowRefused : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// Returns how many statements and connections of this process have failed so far. Does not count
/// refused values of clients. Thread-safe.
std::uint64_t database_errors() noexcept;

/// One connection to PostgreSQL. The first use opens it; the first use after a loss opens it again.
/// Works through poolers in transaction mode: statements are unnamed, and settings end with their
/// transaction. Not thread-safe: each thread has its own connection.
class Connection {
 public:
  /// Stores `url` and does not connect yet.
  explicit Connection(DatabaseUrl url);
  ~Connection();
  /// Afterwards the other connection may only be destroyed or assigned to.
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  /// Returns the URL that it connects to, valid as long as this connection.
  const DatabaseUrl& url() const noexcept;

  class Session;  ///< the part that knows SQL; see session.h
  /// Returns the session, valid as long as this connection. For modules that hold SQL.
  Session& session() noexcept { return *session_; }

 private:
  std::unique_ptr<Session> session_;
};

}  // namespace aura::postgres
