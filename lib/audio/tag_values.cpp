#include "tag_values.h"

#include <algorithm>
#include <vector>

#include "aura/base/text.h"

namespace aura::audio {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return c >= 'A' && c <= 'Z';
}

/// Returns `raw` as UTF-8. A tag of a fixed length may end amid a character.
std::string utf8_of(std::string_view raw) {
  const auto invalid = find_invalid_utf8(raw);
  if (!invalid) return std::string(raw);
  constexpr std::size_t kMostOfCharacter = 3;
  const auto whole = raw.substr(0, *invalid);
  const bool is_cut = raw.size() - *invalid <= kMostOfCharacter &&
                      std::any_of(whole.begin(), whole.end(),
                                  [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return is_cut ? std::string(whole) : from_windows_1252(raw);
}

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

bool is_year(int year) {
  return year >= kFirstTagYear && year <= kLastTagYear;
}

}  // namespace

std::string text_of_tag(std::string_view raw) {
  auto text = utf8_of(raw);
  text = trimmed(one_line(text, 3 * text.size()));  // malformed bytes would take three each
  cut_utf8(text, kMaxTagBytes);
  return trimmed(text);
}

std::optional<int> year_of_tag(std::string_view date) {
  constexpr std::size_t kDigits = 4;
  constexpr std::size_t kDigitsOfDay = 8;  // "19990501"
  for (std::size_t at = 0; at < date.size(); ++at) {
    if (!is_digit(date[at])) continue;
    auto end = at;
    while (end < date.size() && is_digit(date[end])) ++end;
    if (end - at == kDigits || end - at == kDigitsOfDay) {
      int year = 0;
      for (const char digit : date.substr(at, kDigits)) year = 10 * year + (digit - '0');
      return is_year(year) ? std::optional(year) : std::nullopt;
    }
    at = end;
  }
  return std::nullopt;
}

std::string isrc_of_tag(std::string_view raw) {
  constexpr std::size_t kCharacters = 12;
  constexpr std::string_view kPrefix = "ISRC";
  std::string isrc;
  for (char c : raw.substr(0, kMaxTagBytes)) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (is_letter(c) || is_digit(c)) isrc += c;
  }
  if (isrc.size() == kPrefix.size() + kCharacters && isrc.starts_with(kPrefix))
    isrc.erase(0, kPrefix.size());
  // Country, registrant, year, number (ISO 3901).
  const bool is_one = isrc.size() == kCharacters && is_letter(isrc[0]) && is_letter(isrc[1]) &&
                      std::all_of(isrc.begin() + 5, isrc.end(), is_digit);
  return is_one ? isrc : "";
}

std::string lines_of_tags(const Tags& tags) {
  std::string text;
  for (const auto& line : {tags.title, tags.artist, tags.album, tags.genre, tags.isrc,
                           tags.year ? std::to_string(*tags.year) : ""})
    text += line + '\n';
  return text;
}

std::optional<Tags> tags_of_lines(std::string_view text) {
  constexpr std::size_t kLines = 6;
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() <= kLines) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (lines.size() != kLines) return std::nullopt;
  return Tags{text_of_tag(lines[0]), text_of_tag(lines[1]), text_of_tag(lines[2]),
              text_of_tag(lines[3]), isrc_of_tag(lines[4]), year_of_tag(lines[5])};
}

}  // namespace aura::audio
