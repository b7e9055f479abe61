#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "audio_reader.h"
#include "aura/base/env.h"
#include "aura/catalogue/import_songs.h"

namespace aura::app {

/// Songs to be imported, and how many of the input can't be.
struct FoundSongs {
  std::vector<catalogue::SongToImport> songs;
  std::size_t bad = 0;  ///< which were named on standard error
};

/// Imports songs into the catalogue of the settings, or with `is_dry_run` only looks whether their
/// files are there, without a database. Shows the progress and each song that fails on standard
/// error, and counts on standard output. Returns the exit status: 1 if a song was bad. Throws as
/// catalogue::import_songs(). Not thread-safe.
int bring_songs(const FoundSongs& found, AudioReader& reader, const Env& env, bool is_dry_run);

/// Returns what an import is to do by the settings. Thread-safe.
catalogue::ImportOptions import_options(const Env& env, const AudioReader& reader);

}  // namespace aura::app
