#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "aura/base/error.h"

namespace aura::app {

/// A track that a command is to read.
struct Input {
  /// As it is shown and opened: a path, a URL, or "-" for standard input if `is_stream`.
  std::string name;
  /// Where its result belongs below a folder of results, without an ending: its path below the
  /// folder or playlist that was named, or else its own name. No part of it is "..".
  std::string place;
  bool is_stream = false;             ///< a pipe that was named, or standard input
  std::optional<JobError> problem{};  ///< why it can't be read, as far as is known already
};

/// What a command is told of its tracks.
struct InputOptions {
  std::vector<std::string> arguments;
  bool is_recursive = false;  ///< Folders below those that are named count too.
  int threads = 0;            ///< 0: all CPUs

  /// Returns how many tracks to work on at the same time; at least 1.
  std::size_t thread_count() const;
};

/// Adds the options of InputOptions to a command: the arguments, -r and -j. `options` must outlive
/// the parsing. Not thread-safe.
void add_input_options(CLI::App& command, InputOptions& options);

/// Returns the tracks that the arguments name, in order: files, URLs, the audio files of folders,
/// the entries of playlists (see read_playlist()), and "-", standard input. A folder or playlist
/// that can't be read, or holds no track, is an input with a problem. Throws ConfigError if "-" is
/// given twice. Thread-safe.
std::vector<Input> find_inputs(const InputOptions& options);

}  // namespace aura::app
