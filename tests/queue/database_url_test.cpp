#include "aura/queue/database_url.h"

#include <catch2/catch.hpp>

#include "aura/base/error.h"

using aura::ConfigError;
using aura::queue::parse_database_url;
using Catch::Matchers::Contains;

TEST_CASE("database URL: both schemes are taken, and what is shown holds no secret") {
  for (const std::string scheme : {"postgresql", "postgres"}) {
    const auto url =
        parse_database_url(scheme + "://user:hunter2@db.example:6543/music?sslmode=require");
    CHECK(url.display == "db.example:6543/music");
    CHECK_THAT(url.connection_string, Contains("sslmode=require"));
  }
  CHECK(parse_database_url("postgresql://u@h/d").display == "h:5432/d");
  CHECK(parse_database_url("postgresql://u@/d?host=/run/pg").display == "/run/pg:5432/d");
}

TEST_CASE("database URL: a dead connection is noticed unless the URL says otherwise") {
  const auto given = parse_database_url("postgresql://u@h/d?connect_timeout=3").connection_string;
  CHECK_THAT(given, Contains("connect_timeout=3") && !Contains("connect_timeout=5"));
  CHECK_THAT(given, Contains("tcp_user_timeout=") && Contains("keepalives_idle=") &&
                        Contains("target_session_attrs=read-write"));
}

TEST_CASE("database URL: Prisma's own options are taken out, its schema is kept apart") {
  const auto url = parse_database_url(
      "postgresql://u:p@h/"
      "d?schema=my%20app&pgbouncer=true&connection_limit=5&sslmode=disable&pool_timeout=2");
  CHECK(url.schema == "my app");
  CHECK_THAT(url.connection_string, !Contains("pgbouncer") && !Contains("connection_limit") &&
                                        !Contains("schema") && Contains("sslmode=disable"));
}

TEST_CASE("database URL: a malformed one is refused without repeating any of it") {
  for (const std::string bad :
       {"", "mysql://u:hunter2@h/d", "hunter2", "postgresql://u:hun/ter2@h:x/d",
        "postgresql://u:hunter2@h:port/d", "postgresql://u:hunter2@h/d?nonsense=hunter2",
        "postgresql://u:%zzhunter2@h/d", "postgresql://[::1:hunter2/d"}) {
    INFO(bad);
    try {
      parse_database_url(bad);
      FAIL("it was taken");
    } catch (const ConfigError& error) {
      CHECK_THAT(error.what(),
                 Contains("DATABASE_URL") && Contains("postgresql://") && !Contains("hun"));
    }
  }
}
