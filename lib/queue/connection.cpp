#include "aura/queue/connection.h"

#include "aura/base/text.h"
#include "session.h"

namespace aura::queue {

std::string first_line(std::string_view message) {
  if (message.starts_with("ERROR:")) message.remove_prefix(6);
  message.remove_prefix(std::min(message.find_first_not_of(' '), message.size()));
  return one_line(message.substr(0, message.find('\n')), 300);
}

/// Connection trouble (08), shutdown, crash recovery and cancelled statements (57), read-only after
/// a failover (25006), out of resources or connections (53), a lock not to be had (55P03), a row
/// that another made at the same time (23505). Deadlocks and conflicts (40) are no sql_error to
/// libpqxx, and pass too; for some of its types it leaves the SQLSTATE empty.
bool Connection::Session::passes(const pqxx::sql_error& error) {
  const auto& sqlstate = error.sqlstate();
  return sqlstate.starts_with("08") || sqlstate.starts_with("57") || sqlstate == "25006" ||
         sqlstate.starts_with("53") || sqlstate == "55P03" || sqlstate == "23505";
}

bool Connection::Session::is_of_data(const pqxx::sql_error& error) {
  return dynamic_cast<const pqxx::integrity_constraint_violation*>(&error) != nullptr ||
         dynamic_cast<const pqxx::data_exception*>(&error) != nullptr;
}

void Connection::Session::fail(std::string_view message, bool passes) {
  if (passes || !open_ || !open_->connection.is_open()) {
    open_.reset();
    throw DatabaseLost(first_line(message));
  }
  auto error = first_line(message);
  if (error.starts_with("relation \"aura.")) error += ": run aura migrate";
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

}  // namespace aura::queue

#ifdef __SANITIZE_ADDRESS__
/// libpqxx 6.4 forgets the result of the statement during which a connection is lost: some 2 kB
/// each time.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_options();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpqxx-6.4\n";
}
extern "C" const char* __lsan_default_options() {
  return "print_suppressions=0";  // standard error is the log's
}
#endif
