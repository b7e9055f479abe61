#include "aura/queue/database_url.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "aura/base/error.h"

namespace aura::queue {
namespace {

using ConninfoOptions = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

/// Options that Prisma understands and libpq refuses.
constexpr std::array<std::string_view, 9> kPrismaOnly{
    "connection_limit",       "pgbouncer",      "pool_timeout", "schema",
    "single_use_connections", "socket_timeout", "sslaccept",    "sslidentity",
    "statement_cache_size"};

/// A connection whose other end has vanished is given up after about 25 s, in the middle of a write
/// after 20 s. Client-side options all: poolers never see them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kDefaults{{
    {"application_name", "aura"},
    {"client_encoding", "UTF8"},
    {"connect_timeout", "5"},
    {"keepalives_count", "3"},
    {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},
    {"target_session_attrs", "read-write"},
    {"tcp_user_timeout", "20000"},
}};

[[noreturn]] void refuse(std::string_view variable, const std::string& why) {
  throw ConfigError(std::string(variable) + " " + why +
                    "; it reads postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with special "
                    "characters in the password percent-encoded");
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
        hex_digit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

}  // namespace

DatabaseUrl parse_database_url(std::string_view url, std::string_view variable) {
  const auto refuse = [&](const std::string& why) { aura::queue::refuse(variable, why); };
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://")) {
    refuse("is not a postgresql:// URL");
  }
  if (url.find('\0') != std::string_view::npos) refuse("holds a NUL byte");

  // A password with a bare "/" would otherwise be taken for host, port and database, and shown as
  // such.
  const std::string_view after_scheme = url.substr(url.find("://") + 3);
  const auto authority = std::min(after_scheme.find_first_of("/?"), after_scheme.size());
  if (after_scheme.substr(authority, after_scheme.find('?') - authority).find('@') !=
      std::string_view::npos) {
    refuse("has an @ after its first /");
  }

  DatabaseUrl result;
  const auto query = std::min(url.find('?'), url.size());
  result.connection_string = url.substr(0, query);
  char separator = '?';
  const auto append = [&](std::string_view option) {
    result.connection_string += separator;
    result.connection_string += option;
    separator = '&';
  };
  std::vector<std::string_view> given;
  for (std::string_view rest = url.substr(std::min(query + 1, url.size())); !rest.empty();) {
    const auto end = std::min(rest.find('&'), rest.size());
    const std::string_view option = rest.substr(0, end);
    const std::string_view name = option.substr(0, option.find('='));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (option.empty()) continue;
    if (name == "schema" && option.size() > name.size() + 1) {
      result.schema = percent_decode(option.substr(name.size() + 1));
    }
    if (std::find(kPrismaOnly.begin(), kPrismaOnly.end(), name) != kPrismaOnly.end()) continue;
    given.push_back(name);
    append(option);
  }
  for (const auto& [name, value] : kDefaults) {
    if (std::find(given.begin(), given.end(), name) == given.end()) {
      append(std::string(name) + "=" + std::string(value));
    }
  }

  // libpq's own message is not passed on: where the URL was split wrongly it quotes the password.
  const ConninfoOptions options(PQconninfoParse(result.connection_string.c_str(), nullptr),
                                &PQconninfoFree);
  if (!options) refuse("can't be understood");
  std::map<std::string_view, std::string_view> values;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) values[option->keyword] = option->val;
  }
  if (const auto port = values.find("port");
      port != values.end() &&
      port->second.find_first_not_of("0123456789,") != std::string_view::npos) {
    refuse("has a port that is no number");
  }
  const auto value_or = [&](std::string_view name, std::string_view fallback) {
    const auto found = values.find(name);
    return std::string(found == values.end() || found->second.empty() ? fallback : found->second);
  };
  result.display = value_or("host", "localhost") + ":" + value_or("port", "5432") + "/" +
                   value_or("dbname", value_or("user", ""));
  return result;
}

}  // namespace aura::queue
