#include "aura/catalogue/import_file.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "import_file_cells.h"

namespace aura::catalogue {
namespace {

/// All that a file gives.
struct Imported {
  std::vector<ImportRow> rows;
  std::vector<ImportProblem> problems;
  std::vector<std::uint64_t> lines;  // of the rows
  std::vector<std::string> warnings;
};

Imported read_all(const std::string& text) {
  std::istringstream input(text);
  ImportReader reader(input);
  Imported all;
  while (auto outcome = reader.next()) {
    if (auto* row = std::get_if<ImportRow>(&*outcome)) {
      all.rows.push_back(std::move(*row));
      all.lines.push_back(reader.line());
    } else {
      all.problems.push_back(std::get<ImportProblem>(*outcome));
    }
  }
  all.warnings = reader.warnings();
  return all;
}

std::string refusal_of(const std::string& text) {
  try {
    read_all(text);
  } catch (const BadImportFile& error) {
    return error.what();
  }
  return "";
}

/// The songs of a CSV file with the columns song, artist, audio.
std::vector<std::string> songs_of(const std::string& lines) {
  std::vector<std::string> songs;
  for (const auto& row : read_all("song,artist,audio\n" + lines).rows) songs.push_back(row.song);
  return songs;
}

std::string why_not(const std::string& line) {
  const auto problems = read_all(import_csv_header() + line + "\n").problems;
  return problems.size() == 1 ? problems[0].reason : "";
}

using Random = std::mt19937_64;

/// Any text; `end` is its end.
std::string any_text(Random& random, const char* end = "") {
  const std::vector<std::string> pieces{"a",    "\"", "\"\"", ",",  ";",      "\t",     "\n",  "\r",
                                        "\r\n", " ",  "é",    "世", "🎵",      "=1",     "+",   "-",
                                        "@",    "'",  "\\",   "{",  "\u2028", "\uFEFF", "null"};
  std::string text;
  for (auto i = random() % 6; i-- > 0;) text += pieces[random() % pieces.size()];
  return text + end;
}

template <typename Number>
std::optional<Number> maybe(Random& random, std::uint64_t least, std::uint64_t most) {
  if (random() % 3 == 0) return std::nullopt;
  return static_cast<Number>(least + random() % (most - least + 1));
}

ImportRow any_row(Random& random) {
  ImportRow row;
  row.song = any_text(random, "x");
  row.artist = any_text(random, "x");
  row.year = maybe<int>(random, 1000, 2100);
  row.audio = any_text(random, "x");
  row.genre = any_text(random);
  row.isrc = any_text(random);
  if (random() % 2 == 0) row.spotify_url = "https://open.example/" + any_text(random);
  if (random() % 2 == 0) row.image_url = "https://" + any_text(random);
  row.chart = any_text(random);
  if (random() % 2 == 0) row.week = "2024-02-29";
  row.position = maybe<int>(random, 0, 200);
  row.streams = maybe<std::int64_t>(random, 0, std::numeric_limits<std::int64_t>::max() - 1);
  return row;
}

}  // namespace

TEST_CASE("import file: columns are found by name, in any order and case") {
  const auto all = read_all(
      "Audio, year ,ARTIST,song,streams,position,week,chart,imageurl,spotifyUrl,isrc,genre\n"
      "a.mp3,1999,Björk,Jóga,123456789012,7,1997-09-20,uk,https://i.example/1,https://s.example/2,"
      "GBAAF9700123,Electronic\n");
  REQUIRE(all.rows.size() == 1);
  CHECK(all.rows[0] == ImportRow{.song = "Jóga",
                                 .artist = "Björk",
                                 .year = 1999,
                                 .audio = "a.mp3",
                                 .genre = "Electronic",
                                 .isrc = "GBAAF9700123",
                                 .spotify_url = "https://s.example/2",
                                 .image_url = "https://i.example/1",
                                 .chart = "uk",
                                 .week = "1997-09-20",
                                 .position = 7,
                                 .streams = 123456789012});
  CHECK(all.lines == std::vector<std::uint64_t>{2});
  CHECK(all.problems.empty());
  CHECK(all.warnings.empty());
}

TEST_CASE("import file: quotes, line breaks in them, and every kind of line end") {
  using Songs = std::vector<std::string>;
  CHECK(songs_of("a,b,c") == Songs{"a"});
  CHECK(songs_of("\"a, b\",c,d\n") == Songs{"a, b"});
  CHECK(songs_of("\"say \"\"no\"\"\",c,d\n") == Songs{"say \"no\""});
  CHECK(songs_of("\"\"\"\",c,d\n") == Songs{"\""});
  CHECK(songs_of("\"two\r\nlines\",c,d\n") == Songs{"two\r\nlines"});
  CHECK(songs_of("5\" disc,c,d\n") == Songs{"5\" disc"});  // within a cell it is a character
  CHECK(songs_of(" a ,b,c\n") == Songs{" a "});
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const auto all =
        read_all("song,artist,audio" + end + "a,b,c" + end + end + "\"d\ne\",f,g" + end + "h,i,j");
    CHECK(all.rows.size() == 3);
    CHECK(all.lines == std::vector<std::uint64_t>{2, 4, 6});
    CHECK(all.problems.empty());
  }
}

TEST_CASE("import file: empty lines count as lines and are no rows") {
  const auto all = read_all("\n\r\nsong,artist,audio\n\n   \n,,\n \t,,\na,b,c\n\n\n");
  CHECK(all.rows.size() == 1);
  CHECK(all.lines == std::vector<std::uint64_t>{8});
  CHECK(all.problems.empty());
}

TEST_CASE("import file: a bad line is named by its number, and the rest goes on") {
  const auto all = read_all(
      "song,artist,audio\n"
      "a,b,c\n"
      "too,few\n"
      "too,many,,cells\n"
      "\"closed\" early,b,c\n"
      "\"two\nlines\",,c\n"
      "last,b,c\n");
  CHECK(all.lines == std::vector<std::uint64_t>{2, 8});
  REQUIRE(all.problems.size() == 4);
  CHECK(all.problems[0] == ImportProblem{3, "the line has 2 cells, the header has 3"});
  CHECK(all.problems[1] == ImportProblem{4, "the line has 4 cells, the header has 3"});
  CHECK(all.problems[2] == ImportProblem{5, "the line has text behind a closing quote"});
  CHECK(all.problems[3] == ImportProblem{6, "artist is empty"});
}

TEST_CASE("import file: a quote that is not closed costs its own line, not the rest of the file") {
  std::string text = "song,artist,audio\na,b,c\n\"never closed,b,c\n";
  for (int i = 0; i < 5000; ++i) text += "song " + std::to_string(i) + ",artist,audio\n";
  const auto all = read_all(text);
  CHECK(all.rows.size() == 5001);
  REQUIRE(all.problems.size() == 1);
  CHECK(all.problems[0].line == 3);
  CHECK(all.problems[0].reason.find("quote") != std::string::npos);
  const auto at_end = read_all("song,artist,audio\n\"a,b,c\nd,e,f\n");
  CHECK(at_end.rows.size() == 1);
  CHECK(at_end.problems.size() == 1);
}

TEST_CASE("import file: lines have a limit, and what is longer is skipped") {
  // With a year, so that the limits of cells don't count.
  const std::string header = "song,artist,audio,note\n", start = "a,b,c,";
  const std::string fits(kMaxImportLineBytes - start.size() - 1, 'n');
  for (const bool in_quotes : {false, true}) {
    const auto cell = in_quotes ? "\"" + fits.substr(2) + "\"" : fits;
    const auto longer = in_quotes ? "\"n" + fits.substr(2) + "\"" : fits + "n";
    const auto all = read_all(header + start + cell + "\n" + start + longer + "\n" + start + "\n");
    CHECK(all.lines == std::vector<std::uint64_t>{2, 4});
    REQUIRE(all.problems.size() == 1);
    CHECK(all.problems[0] == ImportProblem{3, "the line is longer than 65536 bytes"});
  }
  const std::string megabytes(3'000'000, 'n');
  const auto all = read_all(header + start + megabytes + "\n" + start + "\n" + megabytes);
  CHECK(all.lines == std::vector<std::uint64_t>{3});
  CHECK(all.problems.size() == 2);
  CHECK(refusal_of(megabytes) == "the header is longer than 65536 bytes");
  const auto json = read_all("{\"song\":\"a\",\"artist\":\"b\",\"audio\":\"c\"}\n{\"song\":\"" +
                             megabytes + "\"}\n{\"song\":\"d\",\"artist\":\"e\",\"audio\":\"f\"}");
  CHECK(json.lines == std::vector<std::uint64_t>{1, 3});
  CHECK(json.problems.size() == 1);
}

TEST_CASE("import file: cells are checked, and all that is wrong with a line is said") {
  const auto ok = [](const std::string& line) {
    const auto all = read_all(import_csv_header() + line + "\n");
    return all.rows.size() == 1 && all.problems.empty();
  };
  CHECK(ok("s,a,,f,,,,,,,,"));
  CHECK(ok("s,a,1000,f,,,,,,,0,0"));
  CHECK(ok("s,a, 2100 ,f,,,https://x,https://y,,2000-02-29,2147483647,9223372036854775807"));
  CHECK(why_not(",,,,,,,,,,,5") == "song is empty; artist is empty; audio is empty");
  CHECK(why_not(" ,a,,\t,,,,,,,,") == "song is empty; audio is empty");
  for (const std::string year : {"999", "2101", "19x9", "1999.0", "-1999", "1e3", "99999999999"})
    CHECK(why_not("s,a," + year + ",f,,,,,,,,") ==
          "year must be a whole number from 1000 to 2100, not \"" + year + "\"");
  for (const std::string url :
       {"http://x", "javascript:alert(1)", "//x", "https:/x", " https://x"}) {
    CHECK(why_not("s,a,,f,,," + url + ",,,,,") ==
          "spotifyUrl must begin with https://, not \"" + url + "\"");
    CHECK(why_not("s,a,,f,,,," + url + ",,,,") ==
          "imageUrl must begin with https://, not \"" + url + "\"");
  }
  for (const std::string week : {"2023-02-29", "2024-13-01", "2024-1-1", "20240101", "01.02.2024",
                                 "2024-W05", "2024-00-10", "2024-01-0x"})
    CHECK(why_not("s,a,,f,,,,,," + week + ",,") ==
          "week must be a day, such as 2024-02-29, not \"" + week + "\"");
  CHECK(why_not("s,a,,f,,,,,,,-1,") ==
        "position must be a whole number from 0 to 2147483647, not \"-1\"");
  CHECK(why_not("s,a,,f,,,,,,,2147483648,").starts_with("position must be"));
  CHECK(why_not("s,a,,f,,,,,,,,9223372036854775808").starts_with("streams must be"));
  CHECK(why_not("s,a,,f,,,,,,,,1000000.5").starts_with("streams must be"));
  CHECK(why_not("s\x1b[2J,a,,f,,,,,,,,") == "song has a control character");
  CHECK(why_not(std::string("s,a\0,,f,,,,,,,,", 15)) == "artist has a control character");
  const std::string most(kMaxImportTextBytes, 's'), most_url(kMaxImportUrlBytes, 'f');
  CHECK(ok(most + ",a,," + most_url + ",,,,,,,,"));
  CHECK(why_not(most + "s,a,," + most_url + "f,,,,,,,,") ==
        "song is longer than 500 bytes; audio is longer than 2000 bytes");
  // What is said of a value can spoil no terminal.
  const auto said = why_not("s,a,\x1b[31m" + std::string(1000, '9') + ",f,,,,,,,,");
  CHECK(said.find('\x1b') == std::string::npos);
  CHECK(said.size() < 200);
}

TEST_CASE("import file: the header says what is missing, doubled or unknown") {
  CHECK(refusal_of("") ==
        "the file is empty: it needs a header with the columns song, artist, audio");
  CHECK(refusal_of("\n\n \n") != "");
  CHECK(refusal_of("song,artist\na,b\n") ==
        "the header lacks the column audio: it needs song, artist and audio");
  CHECK(refusal_of("a,b,c\n1,2,3\n").starts_with("the header lacks the column song"));
  CHECK(refusal_of("song,artist,audio,Song\n") == "the header has the column song twice");
  CHECK(refusal_of("\"song,artist,audio\n").find("quote") != std::string::npos);
  const auto all = read_all("song,label,artist,audio,b\x1bpm,\na,b,c,d,e,f\n");
  CHECK(all.rows.size() == 1);
  CHECK(all.warnings == std::vector<std::string>{"unknown columns are ignored: b pm, label"});
  std::string many = "song,artist,audio";
  for (int i = 0; i < 1000; ++i) many += ",column" + std::to_string(i);
  REQUIRE(read_all(many).warnings.size() == 1);
  CHECK(read_all(many).warnings[0].size() < 1000);
}

TEST_CASE("import file: semicolons and tabs separate cells if they separate the header's") {
  for (const std::string separator : {",", ";", "\t"}) {
    const auto all = read_all("song" + separator + "artist" + separator + "audio\na" + separator +
                              "\"b" + separator + "c\"" + separator + "d\n");
    REQUIRE(all.rows.size() == 1);
    CHECK(all.rows[0].artist == "b" + separator + "c");
  }
}

TEST_CASE("import file: a byte order mark, Latin-1, Windows-1252 and UTF-16") {
  const std::string header = "song,artist,audio\n";
  const auto marked = read_all("\xEF\xBB\xBF" + header + "é,b,c\n");
  REQUIRE(marked.rows.size() == 1);
  CHECK(marked.rows[0].song == "é");

  const auto other = read_all(header + "plain,b,c\nCaf\xE9 \x80,Beyonc\xE9,c\nMot\xF6rhead,b,c\n");
  CHECK(other.problems.empty());
  REQUIRE(other.rows.size() == 3);
  CHECK(other.rows[1].song == "Café €");
  CHECK(other.rows[1].artist == "Beyoncé");
  CHECK(other.rows[2].song == "Motörhead");
  CHECK(other.warnings ==
        std::vector<std::string>{
            "line 3 is not UTF-8: it is read as Windows-1252, as are others like it"});

  const auto mixed = read_all(header + "é,b,c\nCaf\xE9,b,c\nd,e,f\n");
  CHECK(mixed.rows.size() == 2);
  REQUIRE(mixed.problems.size() == 1);
  CHECK(mixed.problems[0] == ImportProblem{3, "the line is not UTF-8, unlike an earlier line"});

  for (const std::string mark : {"\xFF\xFE", "\xFE\xFF"})
    CHECK(refusal_of(mark + "s").starts_with("the file is UTF-16: save it as"));
}

TEST_CASE("import file: JSON Lines has the same rows, problems and warnings") {
  const auto all = read_all(
      "{\"song\":\"Jóga\",\"artist\":\"Björk\",\"year\":1997,\"audio\":\"a\",\"streams\":5}\r\n"
      "\n"
      "{\"song\":\"\\u00e9\\n\",\"artist\":\"b\",\"year\":\"1998\",\"audio\":\"c\",\"week\":null,"
      "\"label\":{\"deep\":[1]}}\n"
      "[1]\n"
      "{\"song\":\"a\"\n"
      "{\"song\":[\"a\"],\"artist\":\"b\",\"audio\":\"c\"}\n"
      "{\"song\":\"a\",\"artist\":\"b\",\"audio\":\"c\",\"year\":1999.5}\n"
      "{\"artist\":\"b\",\"audio\":\"c\"}\n"
      "{\"song\":\"a\",\"artist\":\"b\",\"audio\":\"c\\u0000\"}");
  REQUIRE(all.rows.size() == 2);
  CHECK(all.rows[0] == ImportRow{.song = "Jóga",
                                 .artist = "Björk",
                                 .year = 1997,
                                 .audio = "a",
                                 .genre = {},
                                 .isrc = {},
                                 .spotify_url = {},
                                 .image_url = {},
                                 .chart = {},
                                 .week = {},
                                 .position = {},
                                 .streams = 5});
  CHECK(all.rows[1].song == "é\n");
  CHECK(all.rows[1].year == 1998);
  CHECK(all.lines == std::vector<std::uint64_t>{1, 3});
  CHECK(all.problems == std::vector<ImportProblem>{{4, "the line is no JSON object"},
                                                   {5, "the line is no JSON object"},
                                                   {6, "song must be a text or a whole number"},
                                                   {7, "year must be a text or a whole number"},
                                                   {8, "song is empty"},
                                                   {9, "audio has a control character"}});
  CHECK(all.warnings == std::vector<std::string>{"unknown columns are ignored: label"});
  const auto deep = read_all("{\"song\":" + std::string(30'000, '[') + std::string(30'000, ']') +
                             "}\n{\"song\":\"a\",\"artist\":\"b\",\"audio\":\"c\"}\n");
  CHECK(deep.rows.size() == 1);
  CHECK(deep.problems.size() == 1);
}

TEST_CASE("import file: exported CSV gives back exactly what was imported") {
  Random random(1);
  for (int round = 0; round < 100; ++round) {
    std::vector<ImportRow> rows;
    std::string csv = import_csv_header();
    for (auto i = random() % 20; i-- > 0;) {
      rows.push_back(any_row(random));
      csv += to_csv(rows.back(), CsvFor::kImport);
    }
    const auto all = read_all(csv);
    REQUIRE(all.problems.empty());
    REQUIRE(all.rows == rows);
  }
}

TEST_CASE("import file: for a spreadsheet no cell begins as a formula does") {
  CHECK(for_spreadsheet("=1+1") == "'=1+1");
  CHECK(for_spreadsheet("+1") == "'+1");
  CHECK(for_spreadsheet("-1") == "'-1");
  CHECK(for_spreadsheet("@SUM(A1)") == "'@SUM(A1)");
  CHECK(for_spreadsheet("\t=1") == "'\t=1");
  CHECK(for_spreadsheet("\r=1") == "'\r=1");
  for (const auto* plain : {"", "a=1", " =1", "'=1", "1-2", "\n=1"})
    CHECK(for_spreadsheet(plain) == plain);
  const ImportRow row{.song = "=cmd|' /C calc'!A0",
                      .artist = "-",
                      .year = 1999,
                      .audio = "@a,b",
                      .genre = {},
                      .isrc = {},
                      .spotify_url = {},
                      .image_url = {},
                      .chart = {},
                      .week = {},
                      .position = {},
                      .streams = {}};
  CHECK(to_csv(row, CsvFor::kSpreadsheet) == "'=cmd|' /C calc'!A0,'-,1999,\"'@a,b\",,,,,,,,\r\n");
  CHECK(to_csv(row, CsvFor::kImport) == "=cmd|' /C calc'!A0,-,1999,\"@a,b\",,,,,,,,\r\n");
}

TEST_CASE("import file: whatever bytes it holds, lines are counted and nothing else is thrown") {
  Random random(2);
  std::string whole = import_csv_header();
  for (int i = 0; i < 20; ++i) whole += to_csv(any_row(random), CsvFor::kImport);
  for (int i = 0; i < 500; ++i) {
    auto text = whole;
    for (auto count = 1 + random() % 5; count-- > 0;) {
      const char other[] = {'"', ',', '\n', '\r', '\0', '\xE9', '{', static_cast<char>(random())};
      text[random() % text.size()] = other[random() % sizeof other];
    }
    text.resize(random() % (text.size() + 1));
    try {
      const auto all = read_all(text);
      const auto lines = static_cast<std::uint64_t>(
          std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }));
      CHECK(std::is_sorted(all.lines.begin(), all.lines.end()));
      for (const auto line : all.lines) CHECK(line <= lines + 1);
      for (const auto& problem : all.problems) {
        CHECK(problem.line <= lines + 1);
        CHECK(problem.reason.find('\n') == std::string::npos);
      }
    } catch (const BadImportFile&) {
      // The header was hit.
    }
  }
}

namespace {

/// A file of `rows` rows that are made as they are read, and none of which is kept.
class Endless : public std::streambuf {
 public:
  explicit Endless(std::uint64_t rows) : left_(rows), line_("song,artist,audio\n") { begin(); }
  std::uint64_t made() const { return made_; }

 protected:
  int_type underflow() override {
    if (left_ == 0) return traits_type::eof();
    --left_;
    line_ = "song " + std::to_string(left_) + ",artist,audio\n";
    begin();
    return traits_type::to_int_type(*gptr());
  }

 private:
  void begin() {
    made_ += line_.size();
    setg(line_.data(), line_.data(), line_.data() + line_.size());
  }

  std::uint64_t left_;
  std::uint64_t made_ = 0;
  std::string line_;
};

}  // namespace

TEST_CASE("import file: rows come as the file is read, which is never held as a whole") {
  constexpr std::uint64_t kRows = 100'000;
  Endless file(kRows);
  std::istream input(&file);
  ImportReader reader(input);
  std::uint64_t rows = 0, taken = 0;
  while (const auto outcome = reader.next()) {
    const auto& row = std::get<ImportRow>(*outcome);
    taken += row.song.size() + std::string(",artist,audio\n").size();
    ++rows;
    if (file.made() - taken > 400'000) FAIL("far more was read than was given");
  }
  CHECK(rows == kRows);
  CHECK(reader.line() == kRows + 1);
}

TEST_CASE("import file: a file that can't be read any further is no end") {
  struct Broken : std::streambuf {
    int_type underflow() override { throw std::runtime_error("disk"); }
  } broken;
  std::istream input(&broken);
  CHECK_THROWS_AS(ImportReader(input), BadImportFile);
}

}  // namespace aura::catalogue
