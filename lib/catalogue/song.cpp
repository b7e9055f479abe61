#include "aura/catalogue/song.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <utility>

#include "aura/base/text.h"

namespace aura::catalogue {
namespace {

constexpr std::string_view kHttps = "https://";

/// Letters of U+00C0 to U+017F without accents and case; a space where there is no Latin letter.
constexpr std::string_view kPlainLatin =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(kPlainLatin.size() == 0x180 - 0xC0);

/// What a dash or a bracket may add to a title.
constexpr std::array<std::string_view, 22> kAdditions{
    "live",   "remaster", "remastered",   "radio",   "edit",     "version",  "mix",    "remix",
    "mono",   "stereo",   "demo",         "bonus",   "acoustic", "extended", "single", "original",
    "deluxe", "explicit", "instrumental", "karaoke", "from",     "recorded"};
constexpr std::array<std::string_view, 3> kGuests{"feat", "ft", "featuring"};

bool is_control(unsigned char c) {
  return c < 0x20 || c == 0x7F;
}

/// Returns why `text` can't be stored as `name`; nothing if it can.
std::optional<std::string> problem_of_text(const std::string& name, const std::string& text,
                                           std::size_t max_bytes) {
  if (text.find_first_not_of(' ') == std::string::npos) return name + " is empty";
  if (text.size() > max_bytes)
    return name + " is longer than " + std::to_string(max_bytes) + " bytes";
  if (find_invalid_utf8(text)) return name + " is not UTF-8";
  if (std::ranges::any_of(text, [](char c) { return is_control(static_cast<unsigned char>(c)); }))
    return name + " holds a control character, such as a line break";
  return std::nullopt;
}

std::optional<std::string> problem_of_url(const std::string& name, const std::string& url) {
  if (auto problem = problem_of_text(name, url, kMaxUrlBytes)) return problem;
  if (!url.starts_with(kHttps) || url.size() == kHttps.size())
    return name + " does not begin with https://";
  if (url.find_first_of(" \"<>\\^`{|}") != std::string::npos)
    return name + " holds a character that no URL has";
  return std::nullopt;
}

bool is_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  std::array<int, 3> parts{};
  std::size_t part = 0;
  for (const char c : text) {
    if (c == '-') {
      ++part;
    } else if (c < '0' || c > '9' || part > 2) {
      return false;
    } else {
      parts[part] = parts[part] * 10 + (c - '0');
    }
  }
  return parts[0] >= kFirstYear &&
         std::chrono::year_month_day(std::chrono::year(parts[0]),
                                     std::chrono::month(static_cast<unsigned>(parts[1])),
                                     std::chrono::day(static_cast<unsigned>(parts[2])))
             .ok();
}

std::optional<std::string> problem_of_chart(const ChartEntry& entry) {
  if (auto problem = problem_of_text("the chart", entry.chart, kMaxChartBytes)) return problem;
  if (!is_day(entry.week)) return "the week is no date such as 2024-05-13";
  if (entry.position && (*entry.position < 1 || *entry.position > 1'000'000))
    return "the position is not between 1 and 1000000";
  if (entry.streams && *entry.streams < 0) return "the streams are below 0";
  return std::nullopt;
}

/// Takes the first code point of well-formed UTF-8 from `text`.
char32_t take(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  char32_t code = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i)
    code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(length);
  return code;
}

void append(std::string& text, char32_t code) {
  const auto byte = [&](char32_t value) { text += static_cast<char>(value); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6U);
    byte(0x80 | (code & 0x3FU));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12U);
    byte(0x80 | (code >> 6U & 0x3FU));
    byte(0x80 | (code & 0x3FU));
  } else {
    byte(0xF0 | code >> 18U);
    byte(0x80 | (code >> 12U & 0x3FU));
    byte(0x80 | (code >> 6U & 0x3FU));
    byte(0x80 | (code & 0x3FU));
  }
}

/// Returns a letter without case and accent; a space for punctuation; 0 for what is left out.
char32_t fold(char32_t c) {
  if (c < 0x80) {
    const auto lower = lower_ascii(static_cast<char>(c));
    if (lower == '\'') return 0;
    const bool is_word = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    return is_word ? static_cast<char32_t>(lower) : U' ';
  }
  if (c >= 0xC0 && c < 0x180) return static_cast<char32_t>(kPlainLatin[c - 0xC0]);
  if (c < 0xC0) return U' ';
  if (c >= 0x300 && c < 0x370) return 0;          // accents that follow their letter
  if (c >= 0x391 && c <= 0x3A9) return c + 0x20;  // Greek
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;  // Cyrillic
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  if (c == 0x2018 || c == 0x2019) return 0;    // apostrophes
  if (c >= 0x2000 && c < 0x2070) return U' ';  // dashes, quotes, spaces
  if (c >= 0x3000 && c < 0x3003) return U' ';
  if (c >= 0xFF01 && c < 0xFF5F) return fold(c - 0xFEE0);  // full width
  return c;
}

/// Returns the words of `name`, folded, with a space between two.
std::string folded(std::string_view name) {
  std::string words;
  while (!name.empty()) {
    const auto c = fold(take(name));
    if (c == 0 || (c == U' ' && (words.empty() || words.back() == ' '))) continue;
    append(words, c);
  }
  if (words.ends_with(' ')) words.pop_back();
  return words;
}

bool has_word_of(std::string_view words, std::span<const std::string_view> list) {
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    if (std::ranges::find(list, words.substr(0, end)) != list.end()) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

/// Returns `name` without what stands in brackets.
std::string without_brackets(std::string_view name) {
  std::string rest;
  int depth = 0;
  for (const char c : name) {
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (depth == 0) rest += c;
    if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
  }
  return depth == 0 ? rest : std::string(name);  // a bracket that nothing closes is no addition
}

/// Returns `name` up to the first dash between spaces that an addition follows.
std::string_view without_suffix(std::string_view name) {
  for (const std::string_view dash : {" - ", " \u2013 ", " \u2014 "}) {
    for (auto at = name.find(dash); at != std::string_view::npos; at = name.find(dash, at + 1)) {
      if (has_word_of(folded(name.substr(at + dash.size())), kAdditions)) return name.substr(0, at);
    }
  }
  return name;
}

/// Returns the words before a "feat".
std::string without_guests(std::string words) {
  for (const auto guest : kGuests) {
    const auto at = words.find(" " + std::string(guest) + " ");
    if (at != std::string::npos) words.resize(at);
  }
  return words;
}

}  // namespace

std::optional<std::string> problem_of(const Song& song) {
  const auto check = [](const char* name, const std::optional<std::string>& text,
                        std::size_t max_bytes) {
    return text ? problem_of_text(name, *text, max_bytes) : std::nullopt;
  };
  if (auto problem = problem_of_text("the song", song.song, kMaxNameBytes)) return problem;
  if (auto problem = problem_of_text("the artist", song.artist, kMaxNameBytes)) return problem;
  if (song.year && (*song.year < kFirstYear || *song.year > kLastYear))
    return "the year is not between " + std::to_string(kFirstYear) + " and " +
           std::to_string(kLastYear);
  if (auto problem = check("the genre", song.genre, kMaxGenreBytes)) return problem;
  if (song.isrc && (song.isrc->size() != 12 || !std::ranges::all_of(*song.isrc, [](char c) {
                      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
                    })))
    return "the ISRC is not 12 capital letters and digits, such as USRC17607839";
  if (song.spotify_url) {
    if (auto problem = problem_of_url("spotifyUrl", *song.spotify_url)) return problem;
  }
  if (song.image_url) {
    if (auto problem = problem_of_url("imageUrl", *song.image_url)) return problem;
  }
  for (const auto& entry : song.charts) {
    if (auto problem = problem_of_chart(entry)) return problem;
  }
  return problem_of_text("the origin", song.origin, kMaxOriginBytes);
}

std::string normalised(std::string_view name) {
  if (find_invalid_utf8(name)) return std::string(name);
  const auto bare = without_brackets(name);
  auto words = without_guests(folded(without_suffix(bare)));
  if (words.empty()) words = folded(name);
  if (words.empty()) return std::string(name);  // nothing but punctuation: "!!!"
  if (words.starts_with("the ") && words.size() > 4) words.erase(0, 4);
  return words;
}

}  // namespace aura::catalogue
