#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace aura::catalogue {

struct CsvRecord;

/// A record of an import file has at most so many bytes, line breaks in quotes included.
inline constexpr std::size_t kMaxImportLineBytes = 65'536;
/// The longest text of a row, and the longest URL or path.
inline constexpr std::size_t kMaxImportTextBytes = 500;
inline constexpr std::size_t kMaxImportUrlBytes = 2'000;

/// A row of an import file. Texts are UTF-8, exactly as the file has them; empty if it has none.
struct ImportRow {
  std::string song;         ///< not empty
  std::string artist;       ///< not empty
  std::optional<int> year;  ///< 1000 to 2100
  std::string audio;        ///< path or URL of the audio file; not empty
  std::string genre;
  std::string isrc;
  std::string spotify_url;  ///< begins with https://
  std::string image_url;    ///< begins with https://
  std::string chart;
  std::string week;                     ///< a day, "2024-02-29"
  std::optional<int> position;          ///< at least 0
  std::optional<std::int64_t> streams;  ///< at least 0

  bool operator==(const ImportRow&) const = default;
};

/// Why a line of an import file is no row.
struct ImportProblem {
  std::uint64_t line = 0;  ///< the record's first line, counted from 1
  std::string reason;      ///< for people, on one line: "song is empty; year …"

  bool operator==(const ImportProblem&) const = default;
};

/// The file as a whole can't be read; what() says why and what to do.
class BadImportFile : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads an import file row by row, whatever the file holds. Memory: 0.5 MB, however long the file.
///
/// The file is CSV (RFC 4180) or JSON Lines, which begins with "{". CSV has a header with the
/// columns song, artist, audio and any of year, genre, isrc, spotifyUrl, imageUrl, chart, week,
/// position, streams, in any order; commas separate cells, or semicolons or tabs if they separate
/// those of the header. JSON Lines has an object with these keys per line; numbers may be texts. A
/// byte order mark, empty lines and line ends of any kind are accepted. A record that is not UTF-8
/// counts as Windows-1252, unless an earlier one has UTF-8 beyond ASCII. Not thread-safe.
class ImportReader {
 public:
  /// Reads the header. The caller keeps `input`, opened in binary, alive. Throws BadImportFile if
  /// the header lacks a column, the file is empty or is UTF-16, or `input` fails.
  explicit ImportReader(std::istream& input);

  /// Returns the next row, or the problem of the next line that is no row; nothing at the end.
  /// Throws BadImportFile if `input` fails.
  std::optional<std::variant<ImportRow, ImportProblem>> next();

  /// Returns the first line of the last record that next() returned, counted from 1.
  std::uint64_t line() const noexcept { return line_; }

  /// Returns warnings about the file, a line each: unknown columns, another encoding. At most two.
  /// For JSON Lines, call after the last row.
  std::vector<std::string> warnings() const;

 private:
  using Outcome = std::variant<ImportRow, ImportProblem>;

  void fill();
  std::string_view waiting() const noexcept { return std::string_view(buffer_).substr(at_); }
  std::string_view longest() const noexcept;  // what the longest record may take
  bool ends_in_longest() const noexcept;
  CsvRecord next_record();
  void skip_line();
  bool to_utf8(std::string& record);
  std::optional<Outcome> next_csv();
  std::optional<Outcome> next_json();
  void read_header();
  void note_unknown(std::string_view name);
  ImportProblem problem(std::string reason) const { return {line_, std::move(reason)}; }

  std::istream& input_;
  std::string buffer_;
  std::size_t at_ = 0;   // of the next byte in buffer_
  bool is_end_ = false;  // nothing follows buffer_
  bool is_json_ = false;
  char separator_ = ',';
  std::vector<std::optional<std::size_t>> columns_;  // which cell a column of the file is
  std::uint64_t line_ = 0;
  std::uint64_t next_line_ = 1;
  bool has_utf8_ = false;               // beyond ASCII
  std::uint64_t first_other_line_ = 0;  // not UTF-8; 0: none so far
  std::set<std::string> unknown_;
};

/// For whom CSV is written.
enum class CsvFor {
  kImport,       ///< ImportReader gives back the very rows
  kSpreadsheet,  ///< cells that a spreadsheet would take for formulas begin with an apostrophe
};

/// Returns the header of written CSV, with its line end. Thread-safe.
std::string import_csv_header();

/// Returns `row` as a line of CSV (RFC 4180), with its line end. Thread-safe.
std::string to_csv(const ImportRow& row, CsvFor reader);

/// Returns `cells` as a line of CSV (RFC 4180), with its line end. Thread-safe.
std::string csv_line(std::span<const std::string> cells);

/// Returns `cell` with an apostrophe before it if it begins with "=", "+", "-", "@", a tab or a
/// carriage return. Thread-safe.
std::string for_spreadsheet(std::string_view cell);

}  // namespace aura::catalogue
