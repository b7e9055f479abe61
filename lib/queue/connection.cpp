#include "aura/queue/connection.h"

#include "aura/base/text.h"
#include "session.h"

namespace aura::queue {
namespace {

/// Whether an error with this SQLSTATE may pass on a new connection: connection trouble (08),
/// shutdown and crash recovery (57P), read-only after a failover (25006), a deadlock or conflict
/// (40), out of resources or connections (53), a lock not to be had (55P03), a cancelled statement
/// (57014).
bool passes(const std::string& sqlstate) {
  return sqlstate.starts_with("08") || sqlstate.starts_with("57") || sqlstate == "25006" ||
         sqlstate.starts_with("40") || sqlstate.starts_with("53") || sqlstate == "55P03";
}

/// PostgreSQL's messages run over several lines (the statement, hints); the first says what
/// happened.
std::string first_line(std::string_view message) {
  if (message.starts_with("ERROR:")) message.remove_prefix(6);
  message.remove_prefix(std::min(message.find_first_not_of(' '), message.size()));
  return one_line(message.substr(0, message.find('\n')), 300);
}

}  // namespace

void Connection::Session::fail(std::string_view message, const std::string& sqlstate) {
  const bool lost = !open_ || !open_->connection.is_open() || sqlstate.empty();
  if (lost || passes(sqlstate)) {
    open_.reset();
    throw DatabaseLost(first_line(message));
  }
  throw DatabaseError(first_line(message));
}

Connection::Connection(DatabaseUrl url) : session_(std::make_unique<Session>(std::move(url))) {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

const DatabaseUrl& Connection::url() const noexcept {
  return session_->url();
}
void Connection::open() {
  session_->open();
}

}  // namespace aura::queue
