#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "aura/catalogue/import_file.h"
#include "aura/catalogue/song.h"

namespace aura::catalogue {

// All functions here are thread-safe.

/// Why a row of an import file is no song: one line.
struct BadRow {
  std::string reason;
};

/// Returns the song of a row. `folder` is the absolute path of the import file's folder, which a
/// relative path of `row.audio` begins at.
std::variant<Song, BadRow> to_song(const ImportRow& row, const std::filesystem::path& folder);

/// Returns the rows that to_song() makes `song` of: one per chart entry, at least one. If `folder`,
/// the absolute path of the folder that they are written to, is the folder that the song was
/// imported from, a path is as it was; else it is absolute.
std::vector<ImportRow> to_rows(const Song& song, const std::filesystem::path& folder);

/// Returns whether `origin` is a URL, not a path or a job.
bool is_url_origin(std::string_view origin);

}  // namespace aura::catalogue
