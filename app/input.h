#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"
#include "aura/worker/settings.h"

namespace aura::app {

/// Whether `input` is meant as a URL rather than as a file's name.
bool is_url(std::string_view input);

/// What to call the track behind a file's name or a URL: the last part of its path, fit to be
/// shown.
std::string track_name(std::string_view input);

struct LyricsFile {
  std::string text;
  bool cut = false;
};

/// The text of the file at `path`, cut to `max_bytes`; nothing where `path` is empty. Throws
/// ConfigError where it can't be read or isn't UTF-8 text.
std::optional<LyricsFile> read_lyrics_file(const std::string& path, std::size_t max_bytes);

/// Tells what a command's operator should know of the settings, on standard error.
void tell_notes(const worker::DatabaseSettings& settings);

/// The database that the settings name, with its jobs table. Tells their notes.
struct Database {
  explicit Database(const worker::DatabaseSettings& settings)
      : connection(settings.url), table(queue::find_queue_table(connection, settings.table)) {
    tell_notes(settings);
  }

  postgres::Connection connection;
  queue::QueueTable table;
};

}  // namespace aura::app
