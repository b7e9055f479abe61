#include "aura/catalogue/import_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "aura/base/text.h"
#include "import_file_cells.h"
#include "import_file_csv.h"

namespace aura::catalogue {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 18;
/// Unknown columns that a warning names.
constexpr std::size_t kMostUnknown = 20;
constexpr std::size_t kMaxNameBytes = 40;

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16Marks[] = {"\xFF\xFE", "\xFE\xFF"};
constexpr const char* kTooLong = "is longer than 65536 bytes";
constexpr const char* kOtherEncoding = "is not UTF-8, unlike an earlier line";
static_assert(kMaxImportLineBytes == 65'536);

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

const char* why(CsvState state) {
  switch (state) {
    case CsvState::kOpenQuote:
      return "opens a quote that is not closed within 65536 bytes";
    case CsvState::kTextBehindQuote:
      return "has text behind a closing quote";
    case CsvState::kTooLong:
    case CsvState::kWhole:
      break;
  }
  return kTooLong;
}

/// The separator that gives the header in `text` the most known columns.
char separator_of(std::string_view text, bool is_end) {
  char best = ',';
  std::ptrdiff_t most = -1;
  for (const char separator : {',', ';', '\t'}) {
    const auto cells = read_csv_record(text, is_end, separator).cells;
    const auto known = std::count_if(cells.begin(), cells.end(), [](const std::string& name) {
      return find_import_column(name).has_value();
    });
    if (known <= most) continue;
    most = known;
    best = separator;
  }
  return best;
}

/// The text of a value of JSON Lines; nothing if it has none.
std::optional<std::string> text_of(const nlohmann::json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer()) return value.dump();
  return std::nullopt;
}

}  // namespace

ImportReader::ImportReader(std::istream& input) : input_(input) {
  fill();
  for (const auto mark : kUtf16Marks) {
    if (waiting().starts_with(mark))
      throw BadImportFile("the file is UTF-16: save it as \"CSV UTF-8\" and import that");
  }
  if (waiting().starts_with(kUtf8Mark)) {
    at_ += kUtf8Mark.size();
    has_utf8_ = true;
  }
  while (line_end_at(waiting(), 0) > 0) skip_line();
  fill();
  const auto first = waiting().find_first_not_of(" \t");
  if (first == std::string_view::npos && is_end_)
    throw BadImportFile(
        "the file is empty: it needs a header with the columns song, artist, audio");
  is_json_ = first != std::string_view::npos && waiting()[first] == '{';
  if (!is_json_) read_header();
}

/// Makes sure that the longest record and a line end are waiting, if the input has as much.
void ImportReader::fill() {
  if (is_end_ || buffer_.size() - at_ > kMaxImportLineBytes + 2) return;
  buffer_.erase(0, at_);
  at_ = 0;
  const auto held = buffer_.size();
  buffer_.resize(held + kChunkBytes);
  input_.read(buffer_.data() + held, static_cast<std::streamsize>(kChunkBytes));
  if (input_.bad() || (input_.fail() && !input_.eof()))
    throw BadImportFile("the file can't be read any further");
  buffer_.resize(held + static_cast<std::size_t>(input_.gcount()));
  is_end_ = !input_;
}

void ImportReader::skip_line() {
  ++next_line_;
  for (;;) {
    fill();
    const auto text = waiting();
    const auto end = text.find_first_of("\r\n");
    if (end == std::string_view::npos) {
      at_ = buffer_.size();
      if (is_end_) return;
      continue;
    }
    if (end + 1 == text.size() && end > 0 && !is_end_) {  // a LF may follow
      at_ += end;
      continue;
    }
    at_ += end + line_end_at(text, end);
    return;
  }
}

/// Whether `record`, which was that or Windows-1252, is UTF-8 now.
bool ImportReader::to_utf8(std::string& record) {
  if (is_ascii(record)) return true;
  if (!find_invalid_utf8(record)) {
    has_utf8_ = true;
    return true;
  }
  if (has_utf8_) return false;
  if (first_other_line_ == 0) first_other_line_ = line_;
  record = from_windows_1252(record);
  return true;
}

std::string_view ImportReader::longest() const noexcept {
  return waiting().substr(0, kMaxImportLineBytes + 2);
}

bool ImportReader::ends_in_longest() const noexcept {
  return is_end_ && longest().size() == waiting().size();
}

/// The next record, which is skipped if it is whole.
CsvRecord ImportReader::next_record() {
  auto record = read_csv_record(longest(), ends_in_longest(), separator_);
  if (record.state != CsvState::kWhole) return record;
  if (record.bytes > kMaxImportLineBytes) {
    record.state = CsvState::kTooLong;
    return record;
  }
  at_ += record.bytes;
  next_line_ += record.lines;
  return record;
}

void ImportReader::read_header() {
  line_ = next_line_;
  separator_ = separator_of(longest(), ends_in_longest());
  auto header = next_record();
  if (header.state != CsvState::kWhole)
    throw BadImportFile("the header " + std::string(why(header.state)));
  for (auto& name : header.cells) {
    to_utf8(name);
    const auto column = find_import_column(name);
    if (column && std::find(columns_.begin(), columns_.end(), column) != columns_.end())
      throw BadImportFile("the header has the column " + std::string(kImportColumns.at(*column)) +
                          " twice");
    columns_.push_back(column);
    if (!column && !is_blank(name)) note_unknown(name);
  }
  for (const auto needed : kNeededColumns) {
    if (std::find(columns_.begin(), columns_.end(), find_import_column(needed)) == columns_.end())
      throw BadImportFile("the header lacks the column " + std::string(needed) +
                          ": it needs song, artist and audio");
  }
}

void ImportReader::note_unknown(std::string_view name) {
  if (unknown_.size() <= kMostUnknown) unknown_.insert(one_line(name, kMaxNameBytes));
}

std::optional<std::variant<ImportRow, ImportProblem>> ImportReader::next() {
  return is_json_ ? next_json() : next_csv();
}

std::optional<ImportReader::Outcome> ImportReader::next_csv() {
  for (;;) {
    fill();
    if (waiting().empty()) return std::nullopt;
    line_ = next_line_;
    auto record = next_record();
    if (record.state != CsvState::kWhole) {
      // The next line may be well again, so a quote costs no more than its own line.
      skip_line();
      return problem(std::string("the line ") + why(record.state));
    }
    if (std::all_of(record.cells.begin(), record.cells.end(), is_blank)) continue;
    if (record.cells.size() != columns_.size())
      return problem("the line has " + std::to_string(record.cells.size()) +
                     " cells, the header has " + std::to_string(columns_.size()));
    ImportCells cells;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i]) continue;
      if (!to_utf8(record.cells[i])) return problem(std::string("the line ") + kOtherEncoding);
      cells.at(*columns_[i]) = std::move(record.cells[i]);
    }
    auto row = row_of(std::move(cells));
    if (auto* wrong = std::get_if<std::string>(&row)) return problem(std::move(*wrong));
    return std::get<ImportRow>(std::move(row));
  }
}

std::optional<ImportReader::Outcome> ImportReader::next_json() {
  for (;;) {
    fill();
    if (waiting().empty()) return std::nullopt;
    line_ = next_line_;
    const auto end = std::min(waiting().find_first_of("\r\n"), waiting().size());
    std::string text(waiting().substr(0, end));
    skip_line();
    if (text.size() > kMaxImportLineBytes) return problem(std::string("the line ") + kTooLong);
    if (is_blank(text)) continue;
    if (!to_utf8(text)) return problem(std::string("the line ") + kOtherEncoding);
    const auto object = nlohmann::json::parse(text, nullptr, false);
    if (!object.is_object()) return problem("the line is no JSON object");
    ImportCells cells;
    for (const auto& [key, value] : object.items()) {
      const auto column = find_import_column(key);
      if (!column) {
        note_unknown(key);
        continue;
      }
      auto cell = text_of(value);
      if (!cell)
        return problem(std::string(kImportColumns.at(*column)) +
                       " must be a text or a whole number");
      cells.at(*column) = std::move(*cell);
    }
    auto row = row_of(std::move(cells));
    if (auto* wrong = std::get_if<std::string>(&row)) return problem(std::move(*wrong));
    return std::get<ImportRow>(std::move(row));
  }
}

std::vector<std::string> ImportReader::warnings() const {
  std::vector<std::string> warnings;
  if (!unknown_.empty()) {
    std::string names;
    std::size_t count = 0;
    for (const auto& name : unknown_) {
      if (count++ < kMostUnknown) names += (names.empty() ? "" : ", ") + name;
    }
    warnings.push_back("unknown columns are ignored: " + names +
                       (count > kMostUnknown ? ", …" : ""));
  }
  if (first_other_line_ > 0) {
    warnings.push_back("line " + std::to_string(first_other_line_) +
                       " is not UTF-8: it is read as Windows-1252, as are others like it");
  }
  return warnings;
}

std::string for_spreadsheet(std::string_view cell) {
  constexpr std::string_view kFormulas = "=+-@\t\r";
  const bool is_formula = !cell.empty() && kFormulas.find(cell.front()) != std::string_view::npos;
  return (is_formula ? "'" : "") + std::string(cell);
}

std::string csv_line(std::span<const std::string> cells) {
  std::string line;
  for (const auto& cell : cells) line += csv_cell(cell) + ',';
  if (!line.empty()) line.pop_back();
  return line + "\r\n";
}

std::string import_csv_header() {
  std::string line;
  for (const auto name : kImportColumns) line += (line.empty() ? "" : ",") + std::string(name);
  return line + "\r\n";
}

std::string to_csv(const ImportRow& row, CsvFor reader) {
  auto cells = cells_of(row);
  if (reader == CsvFor::kSpreadsheet)
    for (auto& cell : cells) cell = for_spreadsheet(cell);
  return csv_line(cells);
}

}  // namespace aura::catalogue
