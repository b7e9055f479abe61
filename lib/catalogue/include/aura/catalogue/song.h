#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aura::catalogue {

// The longest texts of a song, in bytes of UTF-8.
inline constexpr std::size_t kMaxNameBytes = 500;  ///< song and artist
inline constexpr std::size_t kMaxGenreBytes = 100;
inline constexpr std::size_t kMaxChartBytes = 100;
inline constexpr std::size_t kMaxUrlBytes = 2000;
inline constexpr std::size_t kMaxOriginBytes = 4000;
inline constexpr int kFirstYear = 1000;
inline constexpr int kLastYear = 9999;

/// A song's place in one week of a chart.
struct ChartEntry {
  std::string chart;            ///< "billboard-hot-100"
  std::string week;             ///< a day of the week: "2024-05-13"
  std::optional<int> position;  ///< 1 is the top
  std::optional<std::int64_t> streams;

  bool operator==(const ChartEntry&) const = default;
};

/// What an operator says of a song.
struct Song {
  std::string song;  ///< its title
  std::string artist;
  std::optional<int> year;
  std::optional<std::string> genre;
  std::optional<std::string> isrc;
  std::optional<std::string> spotify_url;  ///< https://…
  std::optional<std::string> image_url;    ///< https://…
  std::vector<ChartEntry> charts;
  /// Where it comes from: the path or the URL of its audio, or "job ID". It may hold secrets, such
  /// as a signed URL: only the operator sees it.
  std::string origin;

  bool operator==(const Song&) const = default;
};

/// What was measured of a song and is shown beside a track's own.
struct SongFacts {
  std::optional<double> tempo_bpm;
  std::optional<std::string> key;  ///< "F# minor"
  std::optional<double> loudness_lufs;

  bool operator==(const SongFacts&) const = default;
};

// All functions here are thread-safe.

/// Returns why the catalogue refuses `song`, one line for an operator; nothing if it takes it.
/// Checks what a Song says of its members and the limits above, UTF-8, and control characters.
std::optional<std::string> problem_of(const Song& song);

/// Returns `name`, a title or an artist, in a form that is equal for different ways to write it:
/// without case, accents of Latin letters, punctuation, "the" at the front, "feat. …", additions in
/// brackets ("(Live)", "[Remastered 2011]") and after a dash (" - Radio Edit"). Keeps an addition
/// if nothing else is left.
std::string normalised(std::string_view name);

}  // namespace aura::catalogue
