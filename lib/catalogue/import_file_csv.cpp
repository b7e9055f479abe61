#include "import_file_csv.h"

#include <algorithm>

namespace aura::catalogue {
namespace {

/// Takes the quoted cell at `at`, which moves behind its closing quote. Returns whether there is
/// one.
bool take_quoted(std::string_view text, std::size_t& at, CsvRecord& record) {
  std::string cell;
  for (++at;; ++at) {
    const auto quote = text.find('"', at);
    if (quote == std::string_view::npos) return false;
    cell += text.substr(at, quote - at);
    at = quote + 1;
    if (at == text.size() || text[at] != '"') break;
    cell += '"';
  }
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const auto size = line_end_at(cell, i);
    if (size == 0) continue;
    ++record.lines;
    i += size - 1;
  }
  record.cells.push_back(std::move(cell));
  return true;
}

}  // namespace

std::size_t line_end_at(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size()) return 0;
  if (text[at] == '\n') return 1;
  if (text[at] != '\r') return 0;
  return at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
}

CsvRecord read_csv_record(std::string_view text, bool is_end, char separator) {
  const char ends[] = {separator, '\r', '\n'};
  CsvRecord record;
  for (std::size_t at = 0;;) {
    if (at < text.size() && text[at] == '"') {
      if (!take_quoted(text, at, record)) {
        record.state = CsvState::kOpenQuote;
        return record;
      }
    } else {
      const auto end = std::min(text.find_first_of({ends, sizeof ends}, at), text.size());
      record.cells.emplace_back(text.substr(at, end - at));
      at = end;
    }
    if (at == text.size()) {
      record.state = is_end ? CsvState::kWhole : CsvState::kTooLong;
      record.bytes = at;
      ++record.lines;
      return record;
    }
    if (const auto size = line_end_at(text, at); size > 0) {
      record.bytes = at + size;
      ++record.lines;
      return record;
    }
    if (text[at] != separator) {
      record.state = CsvState::kTextBehindQuote;
      return record;
    }
    ++at;
  }
}

std::string csv_cell(std::string_view cell) {
  // Blanks around a cell too: some readers take them off.
  const bool is_plain = cell.find_first_of(",;\t\"\r\n") == std::string_view::npos &&
                        !cell.starts_with(' ') && !cell.ends_with(' ');
  if (is_plain) return std::string(cell);
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace aura::catalogue
