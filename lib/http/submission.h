#pragma once

#include <string_view>

#include "aura/queue/producer.h"

namespace aura::http {

/// Returns the job that the JSON `body` describes: `audioUrl`, `trackTitle`, `artistName`, `userId`
/// and optionally `genre` and `lyricsText`. Checks only the scheme and the length of the URL: the
/// worker that downloads it checks the rest. Throws BadRequest if the body is wrong. Thread-safe.
queue::Submission read_submission(std::string_view body);

}  // namespace aura::http
