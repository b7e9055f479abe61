#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>

#include "aura/postgres/database_url.h"

namespace aura::postgres {

/// The database can't be reached, went away, or takes no writes just now: the same call may succeed
/// later, on a new connection. Whether a statement that was under way took effect is not known.
class DatabaseLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The database refused a statement, and would refuse it again: rights, a missing table, a wrong
/// value.
class DatabaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The database refused a statement for what a row or the statement's values hold: a check, a
/// trigger that raises, a column too narrow, bytes that can't be decoded. Other rows may be free of
/// it.
class RowRefused : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

/// How many statements and connections of this process have failed so far, but for values of
/// clients that were refused. Thread-safe.
std::uint64_t database_errors() noexcept;

/// One connection to PostgreSQL, opened when first used and again, at the next use, after it was
/// lost. Every statement is unnamed and ends its own transaction, so poolers in transaction mode
/// do. Not thread-safe: each thread has its own.
class Connection {
 public:
  explicit Connection(DatabaseUrl url);
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  const DatabaseUrl& url() const noexcept;

  class Session;  ///< libpqxx's side, known inside this module only
  Session& session() noexcept { return *session_; }

 private:
  std::unique_ptr<Session> session_;
};

}  // namespace aura::postgres
