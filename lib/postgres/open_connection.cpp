#include "open_connection.h"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>

#include <new>
#include <optional>
#include <utility>

namespace aura::postgres {
namespace {

/// Returns the error of `result`, the result of the statement `at`; no value if it succeeded.
std::optional<ServerError> error_of(const PGresult* result, std::size_t at) {
  const auto status = PQresultStatus(result);
  if (status != PGRES_FATAL_ERROR && status != PGRES_BAD_RESPONSE) return std::nullopt;
  const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return ServerError(PQresultErrorMessage(result), sqlstate ? sqlstate : "", at);
}

}  // namespace

void OpenConnection::Finish::operator()(pg_conn* connection) const noexcept {
  PQfinish(connection);
}

OpenConnection::OpenConnection(const std::string& connection_string)
    : connection_(PQconnectdb(connection_string.c_str())) {
  if (!connection_) throw std::bad_alloc();
  if (!is_open()) lost(0);
  // By default notices go to standard error.
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
}

int OpenConnection::socket() const noexcept {
  return PQsocket(connection_.get());
}

int OpenConnection::backend_pid() const noexcept {
  return PQbackendPID(connection_.get());
}

int OpenConnection::server_version() const noexcept {
  return PQserverVersion(connection_.get());
}

bool OpenConnection::is_open() const noexcept {
  return PQstatus(connection_.get()) == CONNECTION_OK;
}

bool OpenConnection::is_in_transaction() const noexcept {
  return PQtransactionStatus(connection_.get()) != PQTRANS_IDLE;
}

bool OpenConnection::has_ended_meanwhile() const noexcept {
  pollfd readable{socket(), POLLIN, 0};
  return poll(&readable, 1, 0) != 0;
}

void OpenConnection::shut_down() noexcept {
  if (socket() >= 0) ::shutdown(socket(), SHUT_RDWR);
}

void OpenConnection::lost(std::size_t at) {
  const std::string message = PQerrorMessage(connection_.get());
  shut_down();
  throw ServerError(message, "", at);
}

std::vector<Result> OpenConnection::run(std::span<const Statement> statements) {
  auto* const connection = connection_.get();
  if (PQenterPipelineMode(connection) == 0) lost(0);
  for (const auto& statement : statements) {
    std::vector<const char*> values;
    for (const auto& value : statement.values) values.push_back(value ? value->c_str() : nullptr);
    if (PQsendQueryParams(connection, statement.sql.c_str(), static_cast<int>(values.size()),
                          nullptr, values.data(), nullptr, nullptr, 0) == 0) {
      lost(0);
    }
  }
  if (PQpipelineSync(connection) == 0) lost(0);

  std::vector<Result> results;
  std::optional<ServerError> error;
  for (std::size_t at = 0;;) {
    PGresult* const answer = PQgetResult(connection);
    if (answer == nullptr) {  // the end of the results of one statement
      if (++at > statements.size()) break;
      continue;
    }
    const Result result(answer);
    if (PQresultStatus(answer) == PGRES_PIPELINE_SYNC) break;
    if (!error) error = error_of(answer, at);
    if (!error) results.push_back(result);
  }
  const bool is_usable = PQexitPipelineMode(connection) != 0 && is_open();
  if (!is_usable) shut_down();
  if (error) throw ServerError(*error);
  if (!is_usable || results.size() != statements.size()) lost(results.size());
  last_answer_ = Clock::now();
  return results;
}

Result OpenConnection::run_text(const std::string& sql) {
  PGresult* const answer = PQexec(connection_.get(), sql.c_str());
  if (answer == nullptr) lost(0);
  Result result(answer);
  if (const auto error = error_of(answer, 0)) throw ServerError(*error);
  last_answer_ = Clock::now();
  return result;
}

std::string OpenConnection::quote_name(const std::string& name) const {
  const std::unique_ptr<char, decltype(&PQfreemem)> quoted(
      PQescapeIdentifier(connection_.get(), name.c_str(), name.size()), &PQfreemem);
  if (!quoted) throw ServerError(PQerrorMessage(connection_.get()), "22021", 0);
  return quoted.get();
}

}  // namespace aura::postgres
