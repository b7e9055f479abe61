#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aura::catalogue {

/// What a record of CSV is.
enum class CsvState {
  kWhole,
  kOpenQuote,        ///< a quote is not closed within the text
  kTextBehindQuote,  ///< neither a separator nor a line end follows a closing quote
  kTooLong,          ///< the text ends before the record
};

/// A record of CSV.
struct CsvRecord {
  CsvState state = CsvState::kWhole;
  std::vector<std::string> cells;
  std::size_t bytes = 0;  ///< of the record in the text, with its line end
  std::size_t lines = 0;  ///< line ends in these bytes, at least 1
};

/// Returns the record at the start of `text`. With `is_end`, the end of `text` ends the record too.
/// Thread-safe.
CsvRecord read_csv_record(std::string_view text, bool is_end, char separator);

/// Returns the length of the line end at `at` in `text`: LF, CR or CR LF; 0 if there is none.
/// Thread-safe.
std::size_t line_end_at(std::string_view text, std::size_t at) noexcept;

/// Returns `cell` as CSV has it, in quotes if need be. Thread-safe.
std::string csv_cell(std::string_view cell);

}  // namespace aura::catalogue
