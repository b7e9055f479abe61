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

/// A remote end must not be able to park a job for longer than an operator would watch it.
constexpr seconds kLongest = std::chrono::hours(1);

std::optional<system_clock::time_point> parse_http_date(std::string_view text) {
  std::istringstream stream{std::string(text)};
  stream.imbue(std::locale::classic());
  std::tm utc{};
  stream >> std::get_time(&utc, "%a, %d %b %Y %H:%M:%S GMT");
  if (stream.fail() || stream.peek() != std::istringstream::traits_type::eof()) {
    return std::nullopt;
  }
  return system_clock::from_time_t(timegm(&utc));
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
  return std::clamp(std::chrono::ceil<seconds>(*date - now), seconds(0), kLongest);
}

}  // namespace aura::fetch
