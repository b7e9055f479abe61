#include "playlist.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "aura/base/error.h"
#include "aura/base/percent.h"
#include "aura/base/spool.h"
#include "aura/base/text.h"
#include "input.h"

namespace aura::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxBytes = std::uint64_t{16} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kFileScheme = "file://";

bool ends_with(std::string_view path, std::string_view ending) {
  return path.size() > ending.size() &&
         equal_ignoring_case(path.substr(path.size() - ending.size()), ending);
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  const auto begin = line.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlanks) + 1 - begin);
}

/// Returns what a line of a .pls file names: "File1=song.mp3".
std::string_view entry_of_pls(std::string_view line) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos || !starts_with_ignoring_case(line, "file")) return {};
  const auto number = trimmed(line.substr(4, equals - 4));
  if (number.find_first_not_of("0123456789") != std::string_view::npos) return {};
  return trimmed(line.substr(equals + 1));
}

std::string_view entry_of_m3u(std::string_view line) {
  return line.starts_with('#') ? std::string_view() : line;
}

/// Returns the path that a file:// URL names; nothing if it is malformed or names a host.
std::optional<std::string> path_of_file_url(std::string_view url) {
  url.remove_prefix(kFileScheme.size());
  if (starts_with_ignoring_case(url, "localhost/")) url.remove_prefix(9);
  if (!url.starts_with('/')) return std::nullopt;
  return percent_decode_strictly(url);
}

std::string resolved(std::string_view entry, const fs::path& folder) {
  std::string name(entry);
  if (starts_with_ignoring_case(name, kFileScheme)) {
    if (auto path = path_of_file_url(name)) return *path;
  }
  if (is_url(name)) return name;
  auto path = folder / name;
  std::error_code failure;
  if (name.find('\\') != std::string::npos && !fs::exists(path, failure)) {
    std::ranges::replace(name, '\\', '/');
    path = folder / name;
  }
  return path.string();
}

}  // namespace

bool is_playlist(std::string_view path) {
  return ends_with(path, ".m3u") || ends_with(path, ".m3u8") || ends_with(path, ".pls");
}

bool is_hls(const std::string& path) {
  constexpr std::uint64_t kStart = std::uint64_t{64} << 10;
  std::string start(kStart, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  return start.find("#EXT-X-") != std::string::npos;
}

std::vector<std::string> read_playlist(const std::string& path) {
  std::error_code failure;
  if (const auto bytes = fs::file_size(path, failure); !failure && bytes > kMaxBytes)
    throw JobError("too_large", "the playlist is larger than 16 MB: split it", Retry::kNo);
  const auto text = Spool::open(path, kMaxBytes).read_start(static_cast<std::size_t>(kMaxBytes));
  if (text.find('\0') != std::string::npos)
    throw JobError("unreadable", "this is no playlist: it is not text", Retry::kNo);
  std::string_view rest = text;
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  const bool is_pls = ends_with(path, ".pls");
  const auto folder = fs::path(path).parent_path();
  std::vector<std::string> entries;
  while (!rest.empty()) {
    const auto end = std::min(rest.find_first_of("\r\n"), rest.size());
    const auto line = trimmed(rest.substr(0, end));
    const auto entry = is_pls ? entry_of_pls(line) : entry_of_m3u(line);
    if (!entry.empty()) entries.push_back(resolved(entry, folder));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return entries;
}

}  // namespace aura::app
