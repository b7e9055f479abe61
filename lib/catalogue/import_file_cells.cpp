#include "import_file_cells.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <utility>

#include "aura/base/text.h"

namespace aura::catalogue {
namespace {

constexpr int kFirstYear = 1000;
constexpr int kLastYear = 2100;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && read == end ? std::optional(number) : std::nullopt;
}

/// Whether `text` is a day as ISO 8601 writes it, "2024-02-29".
bool is_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto year = whole_number<int>(text.substr(0, 4));
  const auto month = whole_number<unsigned>(text.substr(5, 2));
  const auto day = whole_number<unsigned>(text.substr(8, 2));
  return year && month && day && *year >= kFirstYear && *year <= kLastYear &&
         std::chrono::year_month_day(std::chrono::year(*year), std::chrono::month(*month),
                                     std::chrono::day(*day))
             .ok();
}

/// Makes a row of cells and gathers what is wrong with them.
class RowMaker {
 public:
  explicit RowMaker(ImportCells& cells) : cells_(cells) {}

  std::string text(std::string_view column) { return checked(column, kMaxImportTextBytes); }
  std::string needed(std::string_view column, std::size_t most = kMaxImportTextBytes) {
    auto value = checked(column, most);
    if (trimmed(value).empty()) wrong(column, "is empty");
    return value;
  }
  std::string url(std::string_view column) {
    auto value = checked(column, kMaxImportUrlBytes);
    if (!value.empty() && !value.starts_with("https://"))
      wrong(column, "must begin with https://", value);
    return value;
  }
  std::string day(std::string_view column) {
    std::string value(trimmed(cell(column)));
    if (!value.empty() && !is_day(value)) wrong(column, "must be a day, such as 2024-02-29", value);
    return value;
  }
  template <typename Number>
  std::optional<Number> number(std::string_view column, Number least, Number most) {
    const auto text = trimmed(cell(column));
    if (text.empty()) return std::nullopt;
    const auto value = whole_number<Number>(text);
    if (!value || *value < least || *value > most) {
      wrong(column,
            "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most),
            text);
    }
    return value;
  }

  const std::string& problems() const noexcept { return problems_; }

 private:
  std::string& cell(std::string_view column) { return cells_.at(*find_import_column(column)); }

  std::string checked(std::string_view column, std::size_t most) {
    auto value = std::move(cell(column));
    if (value.size() > most) wrong(column, "is longer than " + std::to_string(most) + " bytes");
    const auto is_control = [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
    };
    if (std::any_of(value.begin(), value.end(), is_control))
      wrong(column, "has a control character");
    return value;
  }
  void wrong(std::string_view column, const std::string& why, std::string_view value = {}) {
    constexpr std::size_t kShownBytes = 40;
    if (!problems_.empty()) problems_ += "; ";
    problems_ += std::string(column) + " " + why;
    if (!value.empty()) problems_ += ", not \"" + one_line(value, kShownBytes) + "\"";
  }

  ImportCells& cells_;
  std::string problems_;
};

}  // namespace

std::optional<std::size_t> find_import_column(std::string_view name) {
  const auto found = std::find_if(
      kImportColumns.begin(), kImportColumns.end(),
      [&](std::string_view column) { return equal_ignoring_case(column, trimmed(name)); });
  if (found == kImportColumns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kImportColumns.begin());
}

std::variant<ImportRow, std::string> row_of(ImportCells&& cells) {
  RowMaker maker(cells);
  ImportRow row;
  row.song = maker.needed("song");
  row.artist = maker.needed("artist");
  row.year = maker.number<int>("year", kFirstYear, kLastYear);
  row.audio = maker.needed("audio", kMaxImportUrlBytes);
  row.genre = maker.text("genre");
  row.isrc = maker.text("isrc");
  row.spotify_url = maker.url("spotifyUrl");
  row.image_url = maker.url("imageUrl");
  row.chart = maker.text("chart");
  row.week = maker.day("week");
  row.position = maker.number<int>("position", 0, std::numeric_limits<int>::max());
  row.streams = maker.number<std::int64_t>("streams", 0, std::numeric_limits<std::int64_t>::max());
  if (!maker.problems().empty()) return maker.problems();
  return row;
}

ImportCells cells_of(const ImportRow& row) {
  const auto text = [](const auto& number) { return number ? std::to_string(*number) : ""; };
  return {row.song,  row.artist, text(row.year),     row.audio,
          row.genre, row.isrc,   row.spotify_url,    row.image_url,
          row.chart, row.week,   text(row.position), text(row.streams)};
}

}  // namespace aura::catalogue
