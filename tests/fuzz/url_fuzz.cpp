// Whatever a job's audioUrl, a redirect's Location or a list of hosts holds: what comes out is safe
// to put into a request, means the same when it is read again, and nothing but the documented
// errors is thrown.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "aura/base/error.h"
#include "aura/fetch/host_list.h"
#include "aura/fetch/url.h"

namespace {

using aura::fetch::Url;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string text_of(const Url& url) {
  return (url.https ? "https://" : "http://") + url.authority() + url.target;
}

/// Whether `url` holds together; it may still have grown too long to be read again.
void check(const Url& url) {
  require(!url.host.empty() && is_printable(url.host));
  require(url.host.find_first_of("/?#@%[]") == std::string::npos);
  require(url.port != 0);
  require(url.target.starts_with('/') && is_printable(url.target));
  require(url.target.find('#') == std::string::npos);
  if (text_of(url).size() <= 8192) require(aura::fetch::parse_url(text_of(url)) == url);
}

template <typename Parse>
std::optional<Url> read(Parse parse) {
  try {
    return parse();
  } catch (const aura::JobError& error) {
    require(!error.retryable());
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto url = read([&] { return aura::fetch::parse_url(text); })) check(*url);

  static const Url base = aura::fetch::parse_url("https://[2001:db8::1]:8443/a/b/c;d?e=f");
  if (const auto url = read([&] { return aura::fetch::resolve_url(base, text); })) check(*url);

  try {
    using aura::fetch::HostList;
    HostList::parse("LIST", text, HostList::Names::kExact).has_name(base);
  } catch (const aura::ConfigError&) {
  }
  return 0;
}
