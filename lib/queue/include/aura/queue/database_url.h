#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aura::queue {

/// A `DATABASE_URL`, checked and made fit for libpq.
struct DatabaseUrl {
  /// What libpq connects with. Holds the password: never log it.
  std::string connection_string;
  /// "host:port/database", fit to be shown.
  std::string display;
  /// Prisma's `schema` option: where the web app's tables are, when not on the search path.
  std::optional<std::string> schema;
};

/// Understands `postgresql://` and `postgres://` URLs with libpq's query options; those that only
/// Prisma knows (connection_limit, pgbouncer, schema …) are taken out, since a web app's URL is
/// often shared. Adds time limits and keepalives where the URL names none, so that a dead
/// connection is noticed, and asks for a server that takes writes. Throws ConfigError with a line
/// that holds no part of a password and names the `variable` that it came from.
DatabaseUrl parse_database_url(std::string_view url, std::string_view variable = "DATABASE_URL");

}  // namespace aura::queue
