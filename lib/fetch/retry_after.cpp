#include "retry_after.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>
#include <string>

namespace aura::fetch {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

/// A host must not be able to delay a job for longer than an operator would wait.
constexpr seconds kLongest = std::chrono::hours(1);

/// Returns seconds since 1970, because system_clock's unit overflows before the year 9999.
std::optional<seconds> parse_http_date(std::string_view text) {
  // get_time() accepts less than its format asks for.
  constexpr std::string_view kExample = "Sun, 06 Nov 1994 08:49:37 GMT";
  if (text.size() != kExample.size()) return std::nullopt;
  std::istringstream stream{std::string(text)};
  stream.imbue(std::locale::classic());
  std::tm utc{};
  stream >> std::get_time(&utc, "%a, %d %b %Y %H:%M:%S GMT");
  if (stream.fail()) return std::nullopt;
  return seconds(timegm(&utc));
}

}  // namespace

std::optional<seconds> parse_retry_after(std::string_view value, system_clock::time_point now) {
  const char* const end = value.data() + value.size();
  unsigned number = 0;
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (stop == end && error == std::errc{}) return std::min(seconds(number), kLongest);
  if (stop == end && error == std::errc::result_out_of_range) return kLongest;
  const auto date = parse_http_date(value);
  if (!date) return std::nullopt;
  return std::clamp(*date - std::chrono::floor<seconds>(now.time_since_epoch()), seconds(0),
                    kLongest);
}

}  // namespace aura::fetch
