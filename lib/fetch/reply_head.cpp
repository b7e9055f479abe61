#include "reply_head.h"

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <charconv>

#include "characters.h"
#include "refuse_reply.h"

namespace aura::fetch {
namespace {

using boost::beast::iequals;
using boost::beast::http::error;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Returns the status in "HTTP/1.1 200 OK", "HTTP/1.1 200" or "HTTP/2 200".
unsigned parse_status(std::string_view line) {
  constexpr std::array<std::string_view, 4> kVersions{"1.1", "1.0", "2", "2.0"};
  constexpr std::string_view kProtocol = "HTTP/";
  constexpr std::size_t kDigits = 3;
  if (!iequals(line.substr(0, kProtocol.size()), kProtocol)) refuse_reply(error::bad_version);
  line.remove_prefix(kProtocol.size());
  const auto version = line.substr(0, line.find(' '));
  if (std::find(kVersions.begin(), kVersions.end(), version) == kVersions.end())
    refuse_reply(error::bad_version);
  line.remove_prefix(version.size());
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const auto digits = line.substr(0, kDigits);
  const bool goes_on = line.size() > kDigits && is_digit(line[kDigits]);
  if (digits.size() < kDigits || !std::all_of(digits.begin(), digits.end(), is_digit) ||
      digits.front() == '0' || goes_on) {
    refuse_reply(error::bad_status);
  }
  unsigned status = 0;
  std::from_chars(digits.data(), digits.data() + kDigits, status);
  return status;
}

/// Returns the number at the start of `text`, with or without "+" before it and other text after
/// it: "10", "+10", "10 bytes". Returns nothing for "0xa".
std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc{} || (stop != end && is_letter(*stop))) return std::nullopt;
  return number;
}

}  // namespace

std::string_view ReplyHead::operator[](std::string_view name) const {
  for (const auto& [each, value] : fields) {
    if (!value.empty() && iequals(each, name)) return value;
  }
  return {};
}

std::vector<std::string_view> ReplyHead::list(std::string_view name) const {
  std::vector<std::string_view> items;
  for (const auto& [each, value] : fields) {
    if (!iequals(each, name)) continue;
    for (std::string_view rest = value;;) {
      const auto comma = rest.find(',');
      items.push_back(trim(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return items;
}

bool HeadReader::take(std::string_view line) {
  if (line.find('\0') != std::string_view::npos) refuse_reply(error::bad_value);
  if (head_.status == 0) {
    head_.status = parse_status(line);
    return false;
  }
  if (line.empty() || line.front() == '\r') return true;
  auto& fields = head_.fields;
  if (is_blank(line.front())) {  // A folded line continues the previous one (RFC 9112, 5.2).
    if (fields.empty()) refuse_reply(error::bad_field);
    const auto more = trim(line);
    auto& value = fields.back().second;
    if (!value.empty() && !more.empty()) value += ' ';
    value += more;
    return false;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) refuse_reply(error::bad_field);
  fields.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
  return false;
}

bool is_chunked(const ReplyHead& head) {
  const auto codings = head.list("Transfer-Encoding");
  return std::any_of(codings.begin(), codings.end(),
                     [](std::string_view coding) { return iequals(coding, "chunked"); });
}

std::optional<std::uint64_t> content_length(const ReplyHead& head) {
  std::optional<std::uint64_t> length;
  for (const auto text : head.list("Content-Length")) {
    const auto each = parse_length(text);
    if (!each || (length && *length != *each)) refuse_reply(error::bad_content_length);
    length = each;
  }
  return length;
}

}  // namespace aura::fetch
