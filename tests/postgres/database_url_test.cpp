#include "aura/postgres/database_url.h"

#include <libpq-fe.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aura/base/error.h"

using aura::ConfigError;
using aura::postgres::parse_database_url;
using Catch::Matchers::Contains;

namespace {

using Options = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

/// What libpq would connect with.
Options options_of(const std::string& url) {
  const auto text = parse_database_url(url).connection_string;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(
      PQconninfoParse(text.c_str(), nullptr), &PQconninfoFree);
  REQUIRE(parsed);
  Options options;
  for (const auto* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) options[option->keyword] = option->val;
  }
  return options;
}

/// The same without what every URL gets.
Options own_options_of(const std::string& url) {
  auto options = options_of(url);
  for (const auto& [name, value] : options_of("postgresql://")) {
    if (options[name] == value) options.erase(name);
  }
  return options;
}

/// Of "postgresql://u:p@h/d" and what `more` says.
Options with(Options more) {
  more.merge(Options{{"user", "u"}, {"password", "p"}, {"host", "h"}, {"dbname", "d"}});
  return more;
}

std::string refusal_of(const std::string& url) {
  try {
    parse_database_url(url);
    return "it was taken";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

/// An environment variable while it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

struct Taken {
  std::string url;
  Options options;
  Names ignored{};
};

}  // namespace

TEST_CASE("database URL: is taken as platforms hand it out, and what they add is named") {
  const std::vector<Taken> cases{
      // Vercel, Supabase, Neon, Railway, Heroku, Prisma Postgres, RDS, Azure, Cloud SQL
      {"postgres://default:hunter2@ep-a-b-pooler.us-east-1.aws.neon.tech:5432/verceldb"
       "?pgbouncer=true&connect_timeout=15&sslmode=require",
       {{"user", "default"},
        {"password", "hunter2"},
        {"host", "ep-a-b-pooler.us-east-1.aws.neon.tech"},
        {"port", "5432"},
        {"dbname", "verceldb"},
        {"connect_timeout", "15"},
        {"sslmode", "require"}},
       {"pgbouncer"}},
      {"postgres://postgres.ref:hunter2@aws-0-eu.pooler.supabase.com:6543/postgres"
       "?sslmode=require&supa=base-pooler.x&workaround=supabase-pooler.vercel",
       {{"user", "postgres.ref"},
        {"password", "hunter2"},
        {"host", "aws-0-eu.pooler.supabase.com"},
        {"port", "6543"},
        {"dbname", "postgres"},
        {"sslmode", "require"}},
       {"supa", "workaround"}},
      {"postgresql://u:p@h/d?sslmode=require&channel_binding=require&uselibpqcompat=true",
       with({{"sslmode", "require"}, {"channel_binding", "require"}}),
       {"uselibpqcompat"}},
      {"postgresql://u:p@h/d?options=endpoint%3Dep-a", with({{"options", "endpoint=ep-a"}})},
      {"postgresql://u:p@h/d?statement_timeout=30000&pool_max_conns=5&pool=true&lock_timeout=1000"
       "&idle_timeout=10&connection_limit=1&pool_timeout=0&socket_timeout=3&prepareThreshold=0"
       "&serverVersion=15&timezone=UTC&currentSchema=public&charset=utf8",
       with({}),
       {"charset", "connection_limit", "currentSchema", "idle_timeout", "lock_timeout", "pool",
        "pool_max_conns", "pool_timeout", "prepareThreshold", "serverVersion", "socket_timeout",
        "statement_timeout", "timezone"}},
      {"postgres://u%40tenant:p%40ss%2Fw%3Ard%231%25@h:5433/d",
       {{"user", "u@tenant"},
        {"password", "p@ss/w:rd#1%"},
        {"host", "h"},
        {"port", "5433"},
        {"dbname", "d"}}},
      {"postgresql://h.postgres.database.azure.com:5432/d?user=me@srv&password=p",
       {{"user", "me@srv"},
        {"password", "p"},
        {"host", "h.postgres.database.azure.com"},
        {"port", "5432"},
        {"dbname", "d"}}},
      {"postgresql://u:p@localhost:5432/d?host=/cloudsql/project:region:instance&schema=public",
       with({{"host", "/cloudsql/project:region:instance"}, {"port", "5432"}})},
      {"postgresql://u:p@%2Fcloudsql%2Fa%3Ab%3Ac/d", with({{"host", "/cloudsql/a:b:c"}})},
      {"postgresql://u:p@[::1]:5433/d", with({{"host", "::1"}, {"port", "5433"}})},
      {"postgresql://u:p@one:1,two:2/d", with({{"host", "one,two"}, {"port", "1,2"}})},
      // Schemes
      {"POSTGRESQL://u:p@h/d", with({})},
      {"Postgres://u:p@h/d", with({})},
      {"postgresql+psycopg2://u:p@h/d", with({})},
      {"postgresql+asyncpg://u:p@h/d?ssl=require", with({{"sslmode", "require"}})},
      // Pasted with what stood around it
      {"  postgresql://u:p@h/d\r\n", with({})},
      {"\"postgresql://u:p@h/d\"", with({})},
      {"'postgresql://u:p@h/d'\n", with({})},
      {"\uFEFFpostgresql://u:p@h/d\u00A0", with({})},
      {"psql 'postgresql://u:p@h/d?sslmode=require'", with({{"sslmode", "require"}})},
      {"export DATABASE_URL=\"postgresql://u:p@h/d\"", with({})},
      // Separators
      {"postgresql://u:p@h/d?&&pgbouncer=true&&sslmode=require&",
       with({{"sslmode", "require"}}),
       {"pgbouncer"}},
      {"postgresql://u:p@h/d?pgbouncer=true&amp;sslmode=require",
       with({{"sslmode", "require"}}),
       {"pgbouncer"}},
      {"postgresql://u:p@h/d?ssl%6Dode=require", with({{"sslmode", "require"}})},
      {"postgresql://u:p@h/d?options=-c search_path=app",
       with({{"options", "-c search_path=app"}})},
      {"postgresql://u:p@h/d?", with({})},
      // An option without a value asks for nothing
      {"postgresql://u:p@h/d?sslmode=&schema=&connect_timeout=&sslnegotiation=&pool=", with({})},
      // A password as people write it, where it can be told from the host
      {"postgresql://u:p@ss#w:rd &=1@h/d",
       {{"user", "u"}, {"password", "p@ss#w:rd &=1"}, {"host", "h"}, {"dbname", "d"}}},
  };
  for (const auto& [url, options, ignored] : cases) {
    INFO(url);
    CHECK(own_options_of(url) == options);
    CHECK(parse_database_url(url).ignored_options == ignored);
  }
}

TEST_CASE(
    "database URL: what other drivers say of TLS protects the connection no less with libpq") {
  const std::vector<std::pair<std::string, Options>> cases{
      {"sslmode=no-verify", {{"sslmode", "require"}}},
      {"ssl=true", {{"sslmode", "require"}}},
      {"ssl=1", {{"sslmode", "require"}}},
      {"ssl=no-verify", {{"sslmode", "require"}}},
      {"ssl=verify-full", {{"sslmode", "verify-full"}}},
      {"ssl=false", {{"sslmode", "disable"}}},
      {"ssl=0", {{"sslmode", "disable"}}},
      {"sslmode=Require", {{"sslmode", "require"}}},
      {"ssl=true&sslmode=verify-full", {{"sslmode", "verify-full"}}},
      {"sslmode=verify-full&ssl=true", {{"sslmode", "verify-full"}}},
      // libpq's own
      {"sslmode=verify-ca&sslrootcert=ca.pem",
       {{"sslmode", "verify-ca"}, {"sslrootcert", "ca.pem"}}},
      {"sslcert=c.pem&sslkey=c.key", {{"sslcert", "c.pem"}, {"sslkey", "c.key"}}},
      {"sslcert=c.pem&sslrootcert=ca.pem", {{"sslcert", "c.pem"}, {"sslrootcert", "ca.pem"}}},
      // Prisma's
      {"sslcert=ca.pem", {{"sslmode", "verify-ca"}, {"sslrootcert", "ca.pem"}}},
      {"sslcert=..%2Fca.pem&sslmode=require",
       {{"sslmode", "verify-ca"}, {"sslrootcert", "../ca.pem"}}},
      {"sslmode=prefer&sslcert=ca.pem", {{"sslmode", "verify-ca"}, {"sslrootcert", "ca.pem"}}},
      {"sslcert=ca.pem&sslmode=verify-full",
       {{"sslmode", "verify-full"}, {"sslrootcert", "ca.pem"}}},
      {"sslcert=ca.pem&sslaccept=strict", {{"sslmode", "verify-full"}, {"sslrootcert", "ca.pem"}}},
      {"sslcert=ca.pem&sslaccept=odd", {{"sslmode", "verify-full"}, {"sslrootcert", "ca.pem"}}},
      {"sslrootcert=ca.pem&sslaccept=strict",
       {{"sslmode", "verify-full"}, {"sslrootcert", "ca.pem"}}},
      {"sslmode=require&sslcert=ca.pem&sslaccept=accept_invalid_certs", {{"sslmode", "require"}}},
      {"sslaccept=accept_invalid_certs", {}},
      {"sslmode=disable&sslaccept=strict", {{"sslmode", "disable"}}},
  };
  for (const auto& [query, options] : cases) {
    INFO(query);
    CHECK(own_options_of("postgresql://u:p@h/d?" + query) == with(options));
    CHECK(parse_database_url("postgresql://u:p@h/d?" + query).ignored_options.empty());
  }
}

TEST_CASE("database URL: what libpq's own variables say of TLS holds") {
  const std::string url = "postgresql://u:p@h/d";
  {
    const Variable mode("PGSSLMODE", "verify-full");
    CHECK(own_options_of(url + "?sslcert=ca.pem") ==
          with({{"sslmode", "verify-full"}, {"sslrootcert", "ca.pem"}}));
    CHECK(own_options_of(url + "?pool=1&sslmode=") == with({}));
  }
  {
    const Variable roots("PGSSLROOTCERT", "ca.pem");
    CHECK(own_options_of(url + "?sslaccept=strict") == with({{"sslmode", "verify-full"}}));
  }
  // With a private key, sslcert is the client's certificate.
  const Variable key("PGSSLKEY", "client.key");
  CHECK(own_options_of(url + "?sslcert=client.pem") == with({{"sslcert", "client.pem"}}));
}

TEST_CASE("database URL: an option that may protect the connection is never left out") {
  for (const std::string option :
       {"sslfactory", "ssl-mode", "SSLMODE", "SslMode", "sslidentity", "tls", "tlsCAFile",
        "TLS_VERSION", "channelBinding", "channel", "require_authentication", "useSSL"}) {
    INFO(option);
    CHECK_THAT(refusal_of("postgresql://u:p@h/d?" + option + "=hunter2"),
               Contains("DATABASE_URL") && Contains("option " + option) && !Contains("hunter2"));
  }
  CHECK_THAT(refusal_of("postgresql://u:p@h/d?sslmode=hunter2"),
             Contains("verify-full") && !Contains("hunter2"));
}

TEST_CASE("database URL: what a newer libpq knows is taken with that, and else refused") {
  const bool is_16 = PQlibVersion() >= 160000;
  const bool is_17 = PQlibVersion() >= 170000;
  const auto verdict = [](const std::string& query) {
    return refusal_of("postgresql://u:p@h/d?" + query);
  };
  const std::string taken = "it was taken";
  CHECK_THAT(verdict("sslrootcert=system"),
             Contains(is_16 ? taken : "DATABASE_URL has sslrootcert=system"));
  CHECK_THAT(verdict("sslmode=require&sslaccept=strict"),
             Contains(is_16 ? taken : "DATABASE_URL has sslaccept=strict"));
  CHECK_THAT(verdict("require_auth=scram-sha-256"),
             Contains(is_16 ? taken : "option require_auth"));
  CHECK_THAT(verdict("sslnegotiation=direct"), Contains(is_17 ? taken : "option sslnegotiation"));
}

TEST_CASE("database URL: a refusal says what is wrong, and nothing of what may be secret") {
  const std::string encode = "holds an @, /, ? or %";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "is not a postgresql:// URL"},
      {"hunter2", "is not a postgresql:// URL"},
      {"mysql://u:hunter2@h/d", "is not a postgresql:// URL"},
      {"host=h password=hunter2", "is not a postgresql:// URL"},
      {"u:hunter2@h/d", "is not a postgresql:// URL"},
      {"psql -h h -U hunter2", "is not a postgresql:// URL"},
      {"jdbc:postgresql://h/d?user=u&password=hunter2", "Java"},
      {"prisma+postgres://accelerate.prisma-data.net/?api_key=hunter2", "Accelerate"},
      {"prisma://accelerate.prisma-data.net/?api_key=hunter2", "Accelerate"},
      {"postgresql://u:hun/ter2@h:5432/d", encode},
      {"postgresql://u:hun/ter2@more@h:5432/d", encode},
      {"postgresql://u:hun?ter2@h:5432/d", encode},
      {"postgresql://u:12?hunter=2@h:5432/d", encode},
      {"postgresql://u:hunter2%@h/d", "user name or password"},
      {"postgresql://u:%zzhunter2@h/d", "user name or password"},
      {"postgresql://u:hunter2%00@h/d", "user name or password"},
      {"postgresql://u:p@h/d?application_name=hunter2%", "has a %"},
      {"postgresql://u:hunter2@h:port/d", "a port that is no number"},
      {"postgresql://u:hunter2@[::1/d", "can't be understood"},
      {"postgresql://u:hunter2@h/d sslmode=disable", "a blank before its options"},
      {"postgresql://u:hunter2@h/d?host=/run sslmode=disable", "a blank amid its options"},
      {"postgresql://u:hunter2@h/d?schema=public?sslmode=require", "a second ?"},
      {"postgresql://u:hunter2@h/d?hunter2", "an option that can't be read"},
      {"postgresql://u:hunter2@h/d?hun ter2", "an option that can't be read"},
      {"postgresql://u:hunter2@h/d?=hunter2", "an option that can't be read"},
      {"postgresql://u:hunter2@h/\nd", "a line break"},
      {std::string("postgresql://u:hunter2@h/d\0x", 28), "a line break or another control"},
  };
  for (const auto& [url, reason] : cases) {
    INFO(url);
    const auto why = refusal_of(url);
    CHECK_THAT(why, Contains("DATABASE_URL ") && Contains(reason) && !Contains("hun") &&
                        !Contains("ter2"));
    CHECK((why.find("password") != std::string::npos) ==
          (reason == encode || reason == "user name or password"));
  }
}

TEST_CASE("database URL: what is shown holds no secret, whatever the password") {
  for (const std::string password : {"hunter2", "hun@ter2", "hun:ter2", "hun#ter2", "hun%40ter2"}) {
    const auto url = parse_database_url("postgresql://u:" + password + "@db.example:6543/music");
    CHECK(url.display == "db.example:6543/music");
  }
  CHECK(parse_database_url("postgresql://u@h/d").display == "h:5432/d");
  CHECK(parse_database_url("postgresql://u@/d?host=/run/pg").display == "/run/pg:5432/d");
}

TEST_CASE("database URL: a dead connection is noticed unless the URL says otherwise") {
  const auto given = options_of("postgresql://u@h/d?connect_timeout=3");
  CHECK(given.at("connect_timeout") == "3");
  CHECK(given.at("target_session_attrs") == "read-write");
  CHECK(given.contains("tcp_user_timeout"));
  CHECK(given.contains("keepalives_idle"));
  CHECK(options_of("postgresql://u@h/d").at("connect_timeout") == "5");
}

TEST_CASE("database URL: Prisma's schema is kept apart") {
  CHECK(parse_database_url("postgresql://u:p@h/d?schema=my%20app&sslmode=disable").schema ==
        "my app");
  CHECK(!parse_database_url("postgresql://u:p@h/d?schema=").schema);
}
