#include "aura/postgres/database_url.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <utility>

#include "aura/base/env.h"
#include "aura/base/error.h"
#include "aura/base/percent.h"
#include "aura/base/text.h"
#include "aura/postgres/template.h"

namespace aura::postgres {
namespace {

using ConninfoOptions = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;
using Options = std::map<std::string, std::string, std::less<>>;

/// A connection whose other end has vanished ends after about 25 s; during a write, after 20 s. All
/// are options of the client, so poolers never see them.
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

/// libpq's modes, from the weakest to the strongest.
constexpr std::array<std::string_view, 6> kSslModes{"disable", "allow",     "prefer",
                                                    "require", "verify-ca", "verify-full"};

/// The first libpq that knows `sslrootcert=system`.
constexpr int kKnowsSystemRoots = 160000;

constexpr const char* kForm = "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE";
constexpr const char* kEncodePassword =
    "if the user name or password holds an @, /, ? or %, write %40, %2F, %3F or %25 there";

/// Throws ConfigError with the name of the variable that held the URL.
class Refuse {
 public:
  explicit Refuse(std::string_view variable) : variable_(variable) {}

  [[noreturn]] void operator()(const std::string& why) const {
    throw ConfigError(variable_ + " " + why);
  }

 private:
  std::string variable_;
};

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == 0x7F;
}

/// Returns the URL in text that people paste: `psql 'URL'`, `export NAME=URL`.
std::string_view pasted_url(std::string_view text, std::string_view variable) {
  text = bare_value(text);
  for (const auto& prefix :
       {std::string("export "), std::string(variable) + "=", std::string("psql ")}) {
    if (text.starts_with(prefix)) text = bare_value(text.substr(prefix.size()));
  }
  return text;
}

/// Returns the text after "://". Refuses schemes that are not PostgreSQL's.
std::string_view after_scheme(std::string_view url, const Refuse& refuse) {
  const auto end = std::min(url.find("://"), url.size());
  const auto scheme = lower_ascii(url.substr(0, end));
  if (scheme == "prisma" || scheme == "prisma+postgres") {
    refuse(
        "is a URL of Prisma Accelerate, which only Prisma's client can use: give the "
        "postgresql:// URL of the database itself");
  }
  if (scheme.starts_with("jdbc:")) refuse(std::string("is a URL for Java: ") + kForm);
  // SQLAlchemy adds its driver: postgresql+psycopg2.
  const auto database = scheme.substr(0, scheme.find('+'));
  if (end == url.size() || (database != "postgresql" && database != "postgres"))
    refuse(std::string("is not a postgresql:// URL: ") + kForm);
  return url.substr(end + 3);
}

/// Returns whether a NAME=VALUE follows the first blank of `text`.
bool has_option_after_blank(std::string_view text) {
  const auto blank = text.find(' ');
  return blank != std::string_view::npos && text.find('=', blank) != std::string_view::npos;
}

/// The parts of a URL, still percent-encoded.
struct Parts {
  std::string_view user;   ///< user name and password
  std::string_view place;  ///< hosts with their ports, and /DATABASE
  std::string_view query;
  bool has_user = false;
};

Parts split(std::string_view url, const Refuse& refuse) {
  const auto rest = after_scheme(url, refuse);
  const auto authority = rest.substr(0, rest.find_first_of("/?"));
  const auto query = std::min(rest.find('?'), rest.size());
  Parts parts;
  // The last @ separates: passwords may contain an @, hosts can't.
  const auto at = authority.rfind('@');
  parts.has_user = at != std::string_view::npos;
  const auto place = parts.has_user ? at + 1 : 0;
  parts.user = authority.substr(0, parts.has_user ? at : 0);
  parts.place = rest.substr(place, query - place);
  parts.query = rest.substr(std::min(query + 1, rest.size()));

  // Otherwise a password with a bare "/" would be read as host, port and database, and shown.
  if (parts.place.find('@') != std::string_view::npos)
    refuse(std::string("has an @ after its first /: ") + kEncodePassword);
  if (!percent_decode_strictly(parts.user))
    refuse("has a % in its user name or password that is no code of a character: write % as %25");
  if (!percent_decode_strictly(rest))
    refuse("has a % that is no code of a character: write % as %25");
  if (has_option_after_blank(parts.place))
    refuse("has a blank before its options: write ? before the first and & before others");
  return parts;
}

/// Returns whether `name` looks like an option's name, so that a message may show it.
bool is_option_name(std::string_view name) {
  return !name.empty() && name.size() <= 60 && std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
  });
}

/// Returns the URL's options that have a value. The last option of each name counts, as in libpq.
Options options_of(const Parts& parts, const Refuse& refuse) {
  Options options;
  for (auto rest = parts.query; !rest.empty();) {
    auto option = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(option.size() + 1, rest.size()));
    if (option.starts_with("amp;")) option.remove_prefix(4);  // copied from HTML source
    if (option.empty()) continue;
    const auto equals = std::min(option.find('='), option.size());
    const auto name = percent_decode(option.substr(0, equals));
    const bool is_of_user = name == "user" || name == "password";
    if (!parts.has_user && !is_of_user && option.find('@') != std::string_view::npos)
      refuse(std::string("has an @ after its first ?: ") + kEncodePassword);
    if (option.find('?') != std::string_view::npos)
      refuse("has a second ?: write & between options, and %3F for a ? within a value");
    if (has_option_after_blank(option) && name != "options")
      refuse("has a blank amid its options: write & between options, and %20 for a blank");
    if (equals == option.size() || !is_option_name(name))
      refuse("has an option that can't be read: write ?NAME=VALUE&NAME=VALUE");
    const auto value = option.substr(equals + 1);
    if (!value.empty()) options[name] = percent_decode(value);
  }
  return options;
}

/// Removes the option `name` from `options` and returns its value.
std::optional<std::string> take(Options& options, std::string_view name) {
  const auto found = options.find(name);
  if (found == options.end()) return std::nullopt;
  auto value = std::move(found->second);
  options.erase(found);
  return value;
}

/// Returns libpq's sslmode for a value of `sslmode` or `ssl` of node-postgres, asyncpg and others.
std::string sslmode_of(const std::string& value, const Refuse& refuse) {
  auto mode = lower_ascii(value);
  const auto is_one_of = [&](auto... names) { return ((mode == names) || ...); };
  if (is_one_of("true", "1", "on", "yes", "no-verify")) return "require";
  if (is_one_of("false", "0", "off", "no")) return "disable";
  if (std::find(kSslModes.begin(), kSslModes.end(), mode) != kSslModes.end()) return mode;
  refuse(
      "has an sslmode that PostgreSQL doesn't know: write disable, allow, prefer, require, "
      "verify-ca or verify-full");
}

/// Returns whether libpq finds a private key although the URL names none. Then `sslcert` is the
/// client's certificate.
bool has_private_key() {
  if (std::getenv("PGSSLKEY") != nullptr) return true;
  const char* const home = std::getenv("HOME");
  std::error_code unknown;
  return home != nullptr &&
         std::filesystem::exists(std::filesystem::path(home) / ".postgresql/postgresql.key",
                                 unknown);
}

std::string libpq() {
  return "libpq " + std::to_string(PQlibVersion() / 10000);
}

constexpr const char* kNameRoots =
    "name the file of certificates to trust, as in sslrootcert=/etc/ssl/certs/ca-certificates.crt";

/// Translates the TLS options of other drivers into libpq's options. Prisma's `sslcert` is a CA;
/// libpq's is the client's certificate, which needs a key. Prisma checks the server's certificate
/// and host name if `sslaccept` is set and is not accept_invalid_certs.
void translate_tls(Options& options, const Refuse& refuse) {
  if (take(options, "sslidentity")) {
    refuse(
        "has the option sslidentity, a PKCS#12 file, which libpq can't read: take it apart with "
        "openssl pkcs12 and name the parts as sslcert and sslkey");
  }
  auto mode = take(options, "sslmode");
  const auto ssl = take(options, "ssl");
  if (mode || ssl) mode = sslmode_of(mode ? *mode : *ssl, refuse);
  const auto at_least = [&](std::string_view wanted) {
    const auto strength = [](std::string_view of) {
      return std::find(kSslModes.begin(), kSslModes.end(), of) - kSslModes.begin();
    };
    // An sslmode that we add to the URL would override a stronger PGSSLMODE.
    if (const char* own = std::getenv("PGSSLMODE"); !mode && own != nullptr) mode = own;
    if (!mode || (*mode != "disable" && strength(*mode) < strength(wanted))) mode = wanted;
  };

  const auto accept = take(options, "sslaccept");
  const bool is_lenient = accept == "accept_invalid_certs";
  const auto has = [&](const char* name) { return options.contains(name); };
  if (has("sslcert") && !has("sslkey") && !has("sslrootcert") && !has_private_key()) {
    const auto authority = take(options, "sslcert");
    if (!is_lenient) {
      options["sslrootcert"] = *authority;
      at_least("verify-ca");
    }
  }
  if (accept && !is_lenient) {
    at_least("verify-full");
    if (!has("sslrootcert") && std::getenv("PGSSLROOTCERT") == nullptr && mode != "disable") {
      if (PQlibVersion() < kKnowsSystemRoots)
        refuse("has sslaccept=strict, for which " + libpq() + " needs more: " + kNameRoots);
      options["sslrootcert"] = "system";
    }
  }
  if (PQlibVersion() < kKnowsSystemRoots && has("sslrootcert") &&
      options["sslrootcert"] == "system")
    refuse("has sslrootcert=system, which " + libpq() + " doesn't know: " + kNameRoots);
  if (mode) options["sslmode"] = *mode;
}

ConninfoOptions parse_connection_string(const std::string& text) {
  return {PQconninfoParse(text.c_str(), nullptr), &PQconninfoFree};
}

bool is_known_to_libpq(const std::string& name) {
  return parse_connection_string("postgresql:///?" + name + "=1") != nullptr;
}

/// Returns whether omitting the unknown option `name` might leave the connection unprotected.
bool may_protect(const std::string& name) {
  const auto lower = lower_ascii(name);
  const auto holds = [&](const char* part) { return lower.find(part) != std::string::npos; };
  return holds("ssl") || holds("tls") || lower.starts_with("channel") ||
         lower.starts_with("require");
}

/// Removes the options that libpq doesn't know and returns their names.
std::vector<std::string> take_unknown(Options& options, const Refuse& refuse) {
  std::vector<std::string> names;
  for (const auto& [name, value] : options) {
    if (!is_known_to_libpq(name)) names.push_back(name);
  }
  for (const auto& name : names) {
    if (may_protect(name)) {
      refuse("has the option " + name + ", which " + libpq() +
             " doesn't know. It may protect the connection, so it can't be left out: say it with "
             "sslmode, sslrootcert or channel_binding, or remove it");
    }
    options.erase(name);
  }
  return names;
}

}  // namespace

DatabaseUrl parse_database_url(std::string_view text, std::string_view variable) {
  const Refuse refuse(variable);
  const auto url = pasted_url(text, variable);
  if (std::any_of(url.begin(), url.end(), is_control))
    refuse("holds a line break or another control character: write it on one line");
  const auto parts = split(url, refuse);
  auto options = options_of(parts, refuse);

  DatabaseUrl result;
  result.schema = take(options, "schema");
  translate_tls(options, refuse);
  result.ignored_options = take_unknown(options, refuse);
  for (const auto& [name, value] : kDefaults) options.try_emplace(std::string(name), value);

  result.connection_string = "postgresql://";
  if (parts.has_user)
    result.connection_string +=
        fill_in(std::string(parts.user), {{"@", "%40"}, {" ", "%20"}}) + "@";
  result.connection_string += fill_in(std::string(parts.place), {{" ", "%20"}});
  char separator = '?';
  for (const auto& [name, value] : options) {
    result.connection_string += separator + name + "=" + percent_encode(value, "/:,-._~");
    separator = '&';
  }

  // libpq's own message may quote the password if the URL was split wrongly.
  const auto understood = parse_connection_string(result.connection_string);
  if (!understood) refuse(std::string("can't be understood: ") + kForm);
  std::map<std::string_view, std::string_view> values;
  for (const PQconninfoOption* option = understood.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) values[option->keyword] = option->val;
  }
  if (const auto port = values.find("port");
      port != values.end() &&
      port->second.find_first_not_of("0123456789,") != std::string_view::npos) {
    refuse(std::string("has a port that is no number: ") + kForm);
  }
  const auto value_or = [&](std::string_view name, std::string_view fallback) {
    const auto found = values.find(name);
    return std::string(found == values.end() || found->second.empty() ? fallback : found->second);
  };
  result.display = value_or("host", "localhost") + ":" + value_or("port", "5432") + "/" +
                   value_or("dbname", value_or("user", ""));
  return result;
}

}  // namespace aura::postgres
