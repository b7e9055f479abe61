#include "aura/postgres/connection.h"

#include "aura/postgres/session.h"

namespace aura::postgres {

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
