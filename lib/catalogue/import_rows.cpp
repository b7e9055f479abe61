#include "aura/catalogue/import_rows.h"

#include <optional>
#include <utility>

namespace aura::catalogue {
namespace {

namespace fs = std::filesystem;

/// Between the folder of the import file and the path that it names: still a path, and the export
/// can tell what was imported.
constexpr std::string_view kHere = "/./";

std::string origin_of(const std::string& audio, const fs::path& folder) {
  if (is_url_origin(audio) || audio.starts_with('/')) return audio;
  const auto begin = folder == folder.root_path() ? "" : folder.string();
  return begin + std::string(kHere) + audio;
}

std::string audio_of(const std::string& origin, const fs::path& folder) {
  if (!origin.starts_with('/')) return origin;
  const auto here = origin.find(kHere);
  if (here == std::string::npos) return origin;
  if (fs::path(here == 0 ? "/" : origin.substr(0, here)) == folder)
    return origin.substr(here + kHere.size());
  return fs::path(origin).lexically_normal().string();
}

std::optional<std::string> optional_of(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

std::variant<Song, BadRow> to_song(const ImportRow& row, const fs::path& folder) {
  Song song{.song = row.song,
            .artist = row.artist,
            .year = row.year,
            .genre = optional_of(row.genre),
            .isrc = optional_of(row.isrc),
            .spotify_url = optional_of(row.spotify_url),
            .image_url = optional_of(row.image_url),
            .charts = {},
            .origin = origin_of(row.audio, folder)};
  if (!row.chart.empty()) {
    song.charts.push_back(
        {.chart = row.chart, .week = row.week, .position = row.position, .streams = row.streams});
  } else if (!row.week.empty() || row.position || row.streams) {
    return BadRow{"week, position and streams belong to a chart, and chart is empty"};
  }
  if (auto problem = problem_of(song)) return BadRow{std::move(*problem)};
  return song;
}

std::vector<ImportRow> to_rows(const Song& song, const fs::path& folder) {
  ImportRow row;
  row.song = song.song;
  row.artist = song.artist;
  row.year = song.year;
  row.audio = audio_of(song.origin, folder);
  row.genre = song.genre.value_or("");
  row.isrc = song.isrc.value_or("");
  row.spotify_url = song.spotify_url.value_or("");
  row.image_url = song.image_url.value_or("");
  if (song.charts.empty()) return {std::move(row)};
  std::vector<ImportRow> rows;
  for (const auto& entry : song.charts) {
    row.chart = entry.chart;
    row.week = entry.week;
    row.position = entry.position;
    row.streams = entry.streams;
    rows.push_back(row);
  }
  return rows;
}

bool is_url_origin(std::string_view origin) {
  return origin.find("://") != std::string_view::npos || origin.starts_with("http:/") ||
         origin.starts_with("https:/");
}

}  // namespace aura::catalogue
