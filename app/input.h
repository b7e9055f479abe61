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

/// Returns whether `input` is a URL and not a file name. Thread-safe.
bool is_url(std::string_view input);

/// Returns the last part of the path of a file name or URL, as the track's name. It is one line,
/// safe to print. Thread-safe.
std::string track_name(std::string_view input);

struct LyricsFile {
  std::string text;
  bool cut = false;  ///< The file holds more text.
};

/// Returns the text of the file at `path`, cut to `max_bytes`; nothing if `path` is empty. Throws
/// ConfigError if the file can't be read or is not UTF-8. Thread-safe.
std::optional<LyricsFile> read_lyrics_file(const std::string& path, std::size_t max_bytes);

/// Prints the notes of the settings on standard error.
void tell_notes(const worker::DatabaseSettings& settings);

/// The database of the settings, with its jobs table. Not thread-safe.
struct Database {
  /// Prints the notes of the settings. Throws queue::NoQueueTable if the jobs table does not exist,
  /// postgres::DatabaseLost and postgres::DatabaseError.
  explicit Database(const worker::DatabaseSettings& settings)
      : connection(settings.url), table(queue::find_queue_table(connection, settings.table)) {
    tell_notes(settings);
  }

  postgres::Connection connection;
  queue::QueueTable table;
};

}  // namespace aura::app
