#pragma once

#include <string>

#include "aura/postgres/connection.h"
#include "aura/test/database.h"
#include "aura/test/postgres_server.h"
#include "aura/test/tcp_proxy.h"

namespace aura::test {

/// A way to a test's database that counts round trips, and that may fail. The database's own limit
/// for idle sessions does not apply: a new connection would count too.
class FarDatabase {
 public:
  explicit FarDatabase(TestDatabase& database)
      : proxy((server_directory(database.url()) / ".s.PGSQL.5432").string()),
        url_(postgres::parse_database_url(
            "postgresql://aura@127.0.0.1:" + std::to_string(proxy.port()) + "/" +
            database.value("SELECT current_database()") +
            "?sslmode=disable&options=-c%20idle_session_timeout%3D0")) {}

  postgres::Connection connect() const { return postgres::Connection(url_); }
  /// How many round trips `body` takes.
  template <typename Body>
  int trips(const Body& body) const {
    const int before = proxy.round_trips();
    body();
    return proxy.round_trips() - before;
  }

  TcpProxy proxy;

 private:
  postgres::DatabaseUrl url_;
};

}  // namespace aura::test
