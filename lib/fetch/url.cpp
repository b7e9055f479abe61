#include "aura/fetch/url.h"

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <charconv>

#include "aura/base/error.h"
#include "aura/base/percent.h"
#include "aura/base/text.h"
#include "characters.h"
#include "idn.h"
#include "unwrap.h"

namespace aura::fetch {
namespace {

constexpr std::size_t kMaxUrlBytes = 8192;
constexpr std::size_t kMaxHostBytes = 253;  // RFC 1035, as text
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

[[noreturn]] void refuse(const std::string& why) {
  throw JobError("url_invalid", "the audio link " + why, Retry::kNo);
}

/// Returns `text` with each byte percent-encoded that a path or a query may not hold (RFC 3986, 3.3
/// and 3.4), also a "%" that starts no escape.
std::string encode(std::string_view text) {
  return percent_encode(text, "-._~!$&'()*+,;=:@/?", Escapes::kKeep);
}

/// Returns the length of the scheme that `text` starts with; 0 without a scheme.
std::size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_letter(text[0])) return 0;
  const auto end = std::find_if_not(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
  return end != text.end() && *end == ':' ? static_cast<std::size_t>(end - text.begin()) : 0;
}

/// Returns whether another link follows in `text` after a blank.
bool holds_two_links(std::string_view text) {
  static constexpr std::string_view kBlanks = " \t\r\n";
  for (auto blank = text.find_first_of(kBlanks); blank != std::string_view::npos;
       blank = text.find_first_of(kBlanks, blank + 1)) {
    const auto next = lower_ascii(text.substr(blank + 1, std::string_view("https://").size()));
    if (next.starts_with("http://") || next == "https://") return true;
  }
  return false;
}

JobError unsupported(std::string_view scheme) {
  std::string advice;
  if (scheme == "blob")
    advice = ". A link that starts with blob: works only in the browser that made it";
  if (scheme == "data") advice = ". Upload the file, and use the link that leads to it";
  // "C:\music" has a scheme of one letter.
  if (scheme == "file" || scheme.size() == 1)
    advice = ". AURA can't open a file on your computer: upload it";
  if (scheme == "s3" || scheme == "gs") advice = ". Have the store make a signed link";
  return {"url_unsupported", "the audio link must start with https:// or http://" + advice,
          Retry::kNo};
}

std::string parse_v6(std::string_view text) {
  boost::system::error_code malformed;
  const auto literal = text.substr(1, text.size() - 2);
  const auto address = boost::asio::ip::make_address_v6(std::string(literal), malformed);
  if (text.back() != ']' || malformed || address.scope_id() != 0) {
    refuse("has a malformed IPv6 address: check the link");
  }
  return address.to_string();
}

/// Returns whether the last label of `name` is a number. No host name ends so (RFC 3696, 2), but
/// some resolvers take "0x7f.1" and "2130706433" for 127.0.0.1.
bool ends_in_number(std::string_view name) {
  const auto last = name.substr(name.rfind('.') + 1);
  if (last.starts_with("0x")) return std::all_of(last.begin() + 2, last.end(), is_hex_digit);
  return !last.empty() && std::all_of(last.begin(), last.end(), is_digit);
}

std::string parse_host(std::string_view text) {
  if (text.empty()) refuse("names no host: it should look like https://example.com/song.mp3");
  if (text.front() == '[') return parse_v6(text);

  std::string name = percent_decode(text);
  if (!std::all_of(name.begin(), name.end(), is_ascii)) {
    // A character has at most four bytes in UTF-8. The length of the ASCII form is checked below.
    const auto known_to_dns = name.size() > 4 * kMaxHostBytes ? std::nullopt : to_ascii_host(name);
    if (!known_to_dns) refuse("has a malformed host name: check the link");
    name = *known_to_dns;
  }
  const auto is_allowed = [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
  };
  if (name.empty() || name.size() > kMaxHostBytes || name.front() == '.' ||
      name.find("..") != std::string::npos || !std::all_of(name.begin(), name.end(), is_allowed)) {
    refuse("has a malformed host name: check the link");
  }
  name = lower_ascii(name);
  // Resolvers know the dot of the root; certificates and the policy don't.
  if (name.ends_with('.')) name.pop_back();
  boost::system::error_code malformed;
  if (ends_in_number(name)) {
    boost::asio::ip::make_address_v4(name, malformed);
    if (malformed) refuse("has a malformed IPv4 address: check the link");
  }
  return name;
}

/// Sets host and port of `url` from "host", "host:port", "[v6]" or "[v6]:port".
void parse_authority(std::string_view text, Url& url) {
  if (text.find('@') != std::string_view::npos) {
    refuse("holds a user name or a password: use a signed link instead");
  }
  const auto host_end = text.starts_with('[') ? std::min(text.find(']'), text.size() - 1) + 1
                                              : std::min(text.find(':'), text.size());
  url.host = parse_host(text.substr(0, host_end));
  url.port = url.https ? kHttpsPort : kHttpPort;
  std::string_view port = text.substr(host_end);
  if (port.empty() || port == ":") return;
  const char* const end = port.data() + port.size();
  const auto [stop, error] = std::from_chars(port.data() + 1, end, url.port);
  if (port[0] != ':' || error != std::errc{} || stop != end || url.port == 0) {
    refuse("has a port that is not a number from 1 to 65535: check the link");
  }
}

/// Returns `path` without "." and ".." segments; never empty. `path` is empty or starts with "/".
std::string remove_dot_segments(std::string_view path) {
  std::string kept;
  while (!path.empty()) {
    const auto next = std::min(path.find('/', 1), path.size());
    const auto segment = path.substr(0, next);
    path.remove_prefix(next);
    const bool is_up = segment == "/..";
    if (is_up) kept.erase(std::min(kept.rfind('/'), kept.size()));
    if (!is_up && segment != "/.") {
      kept += segment;
    } else if (path.empty()) {
      kept += '/';
    }
  }
  return kept.empty() ? "/" : kept;
}

}  // namespace

std::string Url::authority() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  std::string text = is_v6 ? "[" + host + "]" : host;
  if (port != (https ? kHttpsPort : kHttpPort)) text += ":" + std::to_string(port);
  return text;
}

Url parse_url(std::string_view text) {
  text = unwrap(text);
  if (text.empty()) refuse("is empty: it should look like https://example.com/song.mp3");
  if (text.size() > kMaxUrlBytes) refuse("is longer than 8192 characters: use a shorter link");
  if (holds_two_links(text)) refuse("holds two links: give each track its own link");
  if (std::any_of(text.begin(), text.end(), is_control)) {
    refuse("holds a line break, a tab or other control characters: write it on one line");
  }

  const auto scheme_end = scheme_length(text);
  const auto scheme = lower_ascii(text.substr(0, scheme_end));
  if (scheme.empty()) refuse("is not a URL: it should look like https://example.com/song.mp3");
  Url url{.https = scheme == "https", .host = {}, .port = 0, .target = {}};
  if (!url.https && scheme != "http") throw unsupported(scheme);
  text.remove_prefix(scheme_end + 1);
  if (!text.starts_with('/')) refuse("names no host: there must be // after the first colon");
  // Programs that normalise paths reduce "//" to "/".
  text.remove_prefix(text.starts_with("//") ? 2 : 1);
  text = text.substr(0, text.find('#'));

  const auto authority_end = std::min(text.find_first_of("/?"), text.size());
  parse_authority(text.substr(0, authority_end), url);
  text.remove_prefix(authority_end);
  const auto path_end = std::min(text.find('?'), text.size());
  url.target = remove_dot_segments(encode(text.substr(0, path_end)));
  url.target += encode(text.substr(path_end));
  return url;
}

Url resolve_url(const Url& base, std::string_view reference) {
  reference = trim_blanks(reference);
  if (scheme_length(reference) > 0) return parse_url(reference);
  reference = reference.substr(0, reference.find('#'));

  const std::string scheme = base.https ? "https:" : "http:";
  const std::string origin = scheme + "//" + base.authority();
  const std::string_view path = std::string_view(base.target).substr(0, base.target.find('?'));
  const auto joined = [&](std::string_view before) {
    return parse_url(origin + std::string(before) + std::string(reference));
  };
  if (reference.empty()) return base;
  if (reference.starts_with("//")) return parse_url(scheme + std::string(reference));
  if (reference.starts_with('/')) return joined("");
  if (reference.starts_with('?')) return joined(path);
  return joined(path.substr(0, path.rfind('/') + 1));
}

}  // namespace aura::fetch
