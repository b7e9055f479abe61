#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aura::postgres {

/// A `DATABASE_URL`, checked and made fit for libpq.
struct DatabaseUrl {
  /// What libpq connects with. Holds the password: never log it.
  std::string connection_string;
  /// "host:port/database", fit to be shown.
  std::string display;
  /// Prisma's `schema` option: where the web app's tables are, when not on the search path.
  std::optional<std::string> schema;
  /// The names of the URL's options that mean nothing to libpq and are left out, in order.
  std::vector<std::string> ignored_options;
};

/// Understands `text`, a `postgresql://` or `postgres://` URL as platforms hand it out and as
/// people paste it: in quotes, after `psql`, with a bare @ in the password, with `&amp;` for `&`.
/// Options that libpq doesn't know are left out. An unknown option that may protect the connection
/// (`ssl…`, `tls…`, `channel…`, `require…`) is refused. What other drivers say of TLS is
/// translated: `ssl`, `sslmode=no-verify`, and Prisma's `sslcert` (a CA) and `sslaccept`. An option
/// without a value counts as not given. Adds time limits and keepalives where the URL names none,
/// so that a dead connection is noticed, and asks for a server that takes writes. Throws
/// ConfigError with a line that holds no value of the URL and names the `variable` that it came
/// from.
DatabaseUrl parse_database_url(std::string_view text, std::string_view variable = "DATABASE_URL");

}  // namespace aura::postgres
