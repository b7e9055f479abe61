#include "input.h"

#include <filesystem>
#include <fstream>
#include <iostream>

#include "aura/base/error.h"
#include "aura/base/text.h"

namespace aura::app {
namespace {

/// At most `max_bytes` + 1 bytes of the file at `path`; nothing if it can't be read.
std::optional<std::string> read_up_to(const std::string& path, std::size_t max_bytes) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string bytes;
  std::vector<char> block(1 << 20);
  while (bytes.size() <= max_bytes && file) {
    file.read(block.data(),
              static_cast<std::streamsize>(std::min(block.size(), max_bytes + 1 - bytes.size())));
    bytes.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return std::nullopt;
  return bytes;
}

}  // namespace

bool is_url(std::string_view input) {
  return input.find("://") != std::string_view::npos || input.starts_with("http:/") ||
         input.starts_with("https:/");
}

std::string track_name(std::string_view input) {
  std::string shown = is_url(input) ? redact_url(input) : one_line(input);
  if (const auto query = shown.rfind("?…"); is_url(input) && query != std::string::npos)
    shown.resize(query);
  const auto slash = shown.find_last_of('/');
  return slash == std::string::npos || slash + 1 == shown.size() ? shown : shown.substr(slash + 1);
}

void tell_notes(const worker::DatabaseSettings& settings) {
  for (const auto& note : settings.notes) std::cerr << "aura: " << note << "\n";
}

std::optional<LyricsFile> read_lyrics_file(const std::string& path, std::size_t max_bytes) {
  if (path.empty()) return std::nullopt;
  const auto name = one_line(path);
  auto text = read_up_to(path, max_bytes);
  if (!text)
    throw ConfigError("lyrics file " + name +
                      ": there is no such file, or it can't be read: check the path");
  LyricsFile lyrics{std::move(*text), false};
  lyrics.cut = cut_utf8(lyrics.text, max_bytes);
  if (const auto at = find_invalid_utf8(lyrics.text)) {
    throw ConfigError("lyrics file " + name + ": not UTF-8 text (byte " + std::to_string(*at) +
                      "): convert it, for example with iconv -f latin1 -t utf-8");
  }
  if (lyrics.text.find('\0') != std::string::npos) {
    throw ConfigError("lyrics file " + name + ": holds NUL bytes: use a text file");
  }
  return lyrics;
}

}  // namespace aura::app
