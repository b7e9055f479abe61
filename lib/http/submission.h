#pragma once

#include <string_view>

#include "aura/queue/producer.h"

namespace aura::http {

/// The job that the JSON `body` of a request asks for: `audioUrl`, `trackTitle`, `artistName`,
/// `userId`, and if wanted `genre` and `lyricsText`. Of the URL only the scheme is looked at: where
/// it leads is for the worker to judge. Throws BadRequest.
queue::Submission read_submission(std::string_view body);

}  // namespace aura::http
