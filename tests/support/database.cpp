#include "aura/test/database.h"

#include <algorithm>
#include <cstdlib>
#include <pqxx/pqxx>
#include <random>
#include <stdexcept>

#include "aura/postgres/migrations.h"
#include "aura/test/eventually.h"

namespace aura::test {
namespace {

std::string server_url() {
  const char* url = std::getenv("AURA_TEST_DATABASE_URL");
  if (url == nullptr) {
    throw std::runtime_error(
        "AURA_TEST_DATABASE_URL is not set: tests/run.sh starts a server and sets it");
  }
  return url;
}

std::string with_database(const std::string& url, const std::string& name) {
  const auto query = std::min(url.find('?'), url.size());
  const auto slash = url.rfind('/', query);
  return url.substr(0, slash + 1) + name + url.substr(query);
}

std::string random_name() {
  std::random_device random;
  return "test_" + std::to_string(random()) + "_" + std::to_string(random());
}

/// The settings that end what takes long.
constexpr const char* kLimits[] = {"statement_timeout", "lock_timeout",
                                   "idle_in_transaction_session_timeout", "idle_session_timeout"};

/// Where that is set, databases have limits that nothing slow can meet.
constexpr const char* kTimeoutsVariable = "AURA_TEST_ROLE_TIMEOUTS";

/// `url` without the database's limits: a test takes its time.
std::string unlimited(const std::string& url) {
  std::string options;
  for (const char* limit : kLimits) options += std::string("%20-c%20") + limit + "%3D0";
  return url + (url.find('?') == std::string::npos ? "?" : "&") + "options=" + options.substr(3);
}

void run(pqxx::connection& connection, const std::string& sql) {
  pqxx::nontransaction(connection).exec(sql);
}

/// No statement on it waits for longer than kPatience, for a lock least of all.
struct QuietConnection {
  explicit QuietConnection(const std::string& url) : connection(unlimited(url)), quiet(connection) {
    run(connection, "SET statement_timeout = '" + std::to_string(kPatience.count()) + " s'");
  }
  pqxx::connection connection;
  pqxx::quiet_errorhandler quiet;
};

}  // namespace

struct TestDatabase::Session : QuietConnection {
  using QuietConnection::QuietConnection;
};

TestDatabase::TestDatabase(const std::string& options)
    : name_(random_name()), url_(with_database(server_url(), name_)) {
  QuietConnection server(server_url());
  run(server.connection, "CREATE DATABASE " + name_ + " " + options);
  if (std::getenv(kTimeoutsVariable) != nullptr) {
    for (const std::string limit : kLimits) {
      // Any shorter, and a busy machine can't begin in time.
      const auto value = limit == "idle_session_timeout" ? "500ms" : "50ms";
      run(server.connection, "ALTER DATABASE " + name_ + " SET " + limit + " = '" + value + "'");
    }
  }
  session_ = std::make_unique<Session>(url_);
}

TestDatabase::~TestDatabase() {
  session_.reset();
  try {
    QuietConnection server(server_url());
    run(server.connection, "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
  } catch (const pqxx::failure&) {
    // The server goes away with the test run; a database left in it does no harm.
  }
}

postgres::Connection TestDatabase::connect() const {
  return postgres::Connection(postgres::parse_database_url(url_));
}

void TestDatabase::reconnect() {
  session_ = std::make_unique<Session>(url_);
}

void TestDatabase::execute(const std::string& sql) {
  run(session_->connection, sql);
}

std::string TestDatabase::value(const std::string& sql) {
  const auto rows = pqxx::nontransaction(session_->connection).exec(sql);
  return rows.empty() || rows[0][0].is_null() ? "" : rows[0][0].as<std::string>();
}

queue::QueueTable TestDatabase::with_schema_and_table() {
  auto connection = connect();
  postgres::migrate(connection);
  queue::create_queue_table(connection, std::nullopt);
  return queue::find_queue_table(connection, std::nullopt);
}

void TestDatabase::insert_job(const std::string& id, const std::string& audio_url, int age_s) {
  auto& connection = session_->connection;
  pqxx::nontransaction(connection)
      .exec_params(
          "INSERT INTO public.\"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", "
          "\"trackTitle\", "
          "\"artistName\", \"audioUrl\", \"createdAt\", \"updatedAt\") VALUES ($1, 'user', $4, "
          "'queued', 'Title', "
          "'Artist', $2, (now() AT TIME ZONE 'UTC') - $3 * interval '1 second', now() AT TIME ZONE "
          "'UTC')",
          id, audio_url, age_s, id);
}

Role::Role(TestDatabase& database)
    : database_(database), name_("r_" + database.value("SELECT current_database()")) {
  database_.execute("CREATE ROLE " + name_ + " LOGIN");
}

Role::~Role() {
  database_.execute("DROP OWNED BY " + name_);
  database_.execute("DROP ROLE " + name_);
}

std::string Role::url() const {
  auto url = database_.url();
  const auto user = url.find("://") + 3;
  return url.replace(user, url.find('@') - user, name_);
}

struct OpenTransaction::Session : QuietConnection {
  using QuietConnection::QuietConnection;
};

OpenTransaction::OpenTransaction(const TestDatabase& database, const std::string& sql,
                                 const std::string& isolation)
    : session_(std::make_unique<Session>(database.url())) {
  run(session_->connection, "BEGIN ISOLATION LEVEL " + isolation);
  run(session_->connection, sql);
}

OpenTransaction::~OpenTransaction() = default;

}  // namespace aura::test
