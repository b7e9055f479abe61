#include "submission.h"

#include <limits>

#include "bad_request.h"
#include "json_body.h"

namespace aura::http {
namespace {

constexpr std::size_t kMostUrlBytes = 4096;
constexpr std::size_t kMostNameBytes = 500;
/// The limit of the whole body applies.
constexpr auto kAnyLength = std::numeric_limits<std::size_t>::max();

}  // namespace

queue::Submission read_submission(std::string_view body) {
  const auto object = read_object(body);
  queue::Submission submission;
  submission.user_id = required_text_in(object, "userId", kMostNameBytes);
  submission.track_title = required_text_in(object, "trackTitle", kMostNameBytes);
  submission.artist_name = required_text_in(object, "artistName", kMostNameBytes);
  submission.genre = text_in(object, "genre", kMostNameBytes);
  submission.audio_url = required_text_in(object, "audioUrl", kMostUrlBytes);
  submission.lyrics = text_in(object, "lyricsText", kAnyLength);
  const std::string_view url = submission.audio_url;
  if (!url.starts_with("https://") && !url.starts_with("http://"))
    throw BadRequest("audioUrl must begin with https:// or http://");
  return submission;
}

}  // namespace aura::http
