#pragma once

#include <optional>
#include <string>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

/// A track to analyse, as a web app submits it. All text is UTF-8 without NUL.
struct Submission {
  std::string user_id;
  std::string track_title;
  std::string artist_name;
  std::optional<std::string> genre;
  std::string audio_url;
  std::optional<std::string> lyrics;
};

/// Inserts a `queued` row and returns its jobId. Call from the thread that owns `connection` only.
/// Throws DatabaseLost, also after ten seconds. Throws DatabaseError; RowRefused if the table
/// refuses the values.
std::string enqueue(postgres::Connection& connection, const QueueTable& table,
                    const Submission& submission);

}  // namespace aura::queue
