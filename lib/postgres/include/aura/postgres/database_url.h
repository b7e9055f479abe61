#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aura::postgres {

/// A `DATABASE_URL`, checked and rewritten for libpq.
struct DatabaseUrl {
  /// The URL for libpq. Holds the password: never log it.
  std::string connection_string;
  /// "host:port/database", without secrets.
  std::string display;
  /// The schema of the web app's tables, from Prisma's `schema` option. No value: the search path.
  std::optional<std::string> schema;
  /// The names of options that libpq does not know and that are omitted, sorted.
  std::vector<std::string> ignored_options;
};

/// Parses `text`, a `postgresql://` or `postgres://` URL. Accepts what platforms print and people
/// paste: quotes, `psql` before the URL, a bare @ in the password, `&amp;` for `&`.
///
/// Omits options that libpq does not know. Refuses an unknown option that may protect the
/// connection (`ssl…`, `tls…`, `channel…`, `require…`). Translates the TLS options of other
/// drivers: `ssl`, `sslmode=no-verify`, and Prisma's `sslcert` (a CA) and `sslaccept`. Ignores an
/// option without a value. Unless the URL sets them, adds time limits and keepalives, which detect
/// a dead connection, and requires a server that accepts writes.
///
/// Throws ConfigError if it can't parse or accept the URL. The message is one line, names
/// `variable`, the source of `text`, and holds no value of the URL. Thread-safe while no thread
/// calls setenv(): reads HOME and libpq's variables.
DatabaseUrl parse_database_url(std::string_view text, std::string_view variable = "DATABASE_URL");

}  // namespace aura::postgres
