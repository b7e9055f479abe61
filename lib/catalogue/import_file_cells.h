#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "aura/catalogue/import_file.h"

namespace aura::catalogue {

// All functions here are thread-safe.

/// The names of the columns, in the order in which CSV is written.
inline constexpr std::array<std::string_view, 12> kImportColumns{
    "song",       "artist",   "year",  "audio", "genre",    "isrc",
    "spotifyUrl", "imageUrl", "chart", "week",  "position", "streams"};
/// The columns without which there is no row.
inline constexpr std::array<std::string_view, 3> kNeededColumns{"song", "artist", "audio"};

/// The texts of a row, in the order of kImportColumns.
using ImportCells = std::array<std::string, kImportColumns.size()>;

/// Returns the index of the column `name`; nothing if there is none. Ignores case and blanks
/// around.
std::optional<std::size_t> find_import_column(std::string_view name);

/// Returns the row of `cells`, or all that is wrong with them.
std::variant<ImportRow, std::string> row_of(ImportCells&& cells);

/// Returns the cells of `row`, of which row_of() makes the same row.
ImportCells cells_of(const ImportRow& row);

}  // namespace aura::catalogue
