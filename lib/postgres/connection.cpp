#include "aura/postgres/connection.h"

#include <poll.h>

#include "aura/base/text.h"
#include "aura/postgres/session.h"

namespace aura::postgres {

std::string first_line(std::string_view message) {
  if (message.starts_with("ERROR:")) message.remove_prefix(6);
  message.remove_prefix(std::min(message.find_first_not_of(' '), message.size()));
  return one_line(message.substr(0, message.find('\n')), 300);
}

bool Connection::Session::has_ended_meanwhile() const {
  pollfd socket{open_->connection.sock(), POLLIN, 0};
  return poll(&socket, 1, 0) != 0;
}

/// Errors that pass: a lost connection (08), shutdown, crash recovery or a cancelled statement
/// (57), read-only after a failover (25006), no resources or connections left (53), disk errors
/// (58), a lock that is not available (55P03), a row of schema aura that another process inserted
/// at the same time (23505). Deadlocks and conflicts (40) also pass; libpqxx throws no sql_error
/// for them. Errors of a row: values (22), constraints (23, 44), triggers that raise (P0), damaged
/// data (XX001). Some of libpqxx's exceptions have no SQLSTATE, so their types count too.
Connection::Session::Kind Connection::Session::kind_of(const pqxx::sql_error& error) {
  const std::string_view sqlstate = error.sqlstate();
  if (sqlstate.starts_with("08") || sqlstate.starts_with("57") || sqlstate == "25006" ||
      sqlstate.starts_with("53") || sqlstate.starts_with("58") || sqlstate == "55P03") {
    return Kind::kPasses;
  }
  if (sqlstate == "23505") {
    const std::string_view message = error.what();
    const auto is_of = [&](std::string_view table) {
      return message.find(table) != std::string_view::npos;
    };
    const bool is_ours = is_of("\"run_") || is_of("\"gate_") || is_of("\"turn_") ||
                         is_of("\"pictures_") || is_of("\"set_aside_") || is_of("\"migration_") ||
                         is_of("\"pg_");
    return is_ours ? Kind::kPasses : Kind::kOfRow;
  }
  const bool is_of_row = sqlstate.starts_with("22") || sqlstate.starts_with("23") ||
                         sqlstate.starts_with("44") || sqlstate.starts_with("P0") ||
                         sqlstate == "XX001" ||
                         dynamic_cast<const pqxx::integrity_constraint_violation*>(&error) ||
                         dynamic_cast<const pqxx::data_exception*>(&error) ||
                         dynamic_cast<const pqxx::plpgsql_error*>(&error);
  return is_of_row ? Kind::kOfRow : Kind::kOther;
}

void Connection::Session::fail(std::string_view message, Kind kind) {
  if (kind == Kind::kPasses || !open_ || !open_->connection.is_open()) {
    open_.reset();
    throw DatabaseLost(first_line(message));
  }
  auto error = first_line(message);
  if (error.starts_with("relation \"aura.")) error += ": run aura migrate";
  if (kind == Kind::kOfRow) throw RowRefused(error);
  throw DatabaseError(error);
}

std::uint64_t database_errors() noexcept {
  return Connection::Session::errors_;
}

Connection::Connection(DatabaseUrl url) : session_(std::make_unique<Session>(std::move(url))) {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

const DatabaseUrl& Connection::url() const noexcept {
  return session_->url();
}

}  // namespace aura::postgres
