#include "submission.h"

#include <nlohmann/json.hpp>
#include <string>

#include "bad_request.h"

namespace aura::http {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostUrlBytes = 4096;
constexpr std::size_t kMostNameBytes = 500;

Json parse(std::string_view body) try { return Json::parse(body); } catch (const Json::exception&) {
  throw BadRequest("the body must be JSON, in UTF-8");
}

/// The text of a member; nothing where it is missing or null.
std::optional<std::string> text_of(const Json& object, const std::string& name) {
  const auto member = object.find(name);
  if (member == object.end() || member->is_null()) return std::nullopt;
  if (!member->is_string()) throw BadRequest(name + " must be a string");
  auto text = member->get<std::string>();
  if (text.find('\0') != std::string::npos) throw BadRequest(name + " must not hold a NUL");
  return text;
}

std::optional<std::string> short_text_of(const Json& object, const std::string& name) {
  auto text = text_of(object, name);
  if (text && text->size() > kMostNameBytes)
    throw BadRequest(name + " must be at most " + std::to_string(kMostNameBytes) + " bytes");
  return text;
}

std::string required(std::optional<std::string> text, const std::string& name) {
  if (!text || text->empty()) throw BadRequest(name + " is missing");
  return std::move(*text);
}

}  // namespace

queue::Submission read_submission(std::string_view body) {
  const auto object = parse(body);
  if (!object.is_object()) throw BadRequest("the body must be a JSON object of strings");
  queue::Submission submission;
  submission.user_id = required(short_text_of(object, "userId"), "userId");
  submission.track_title = required(short_text_of(object, "trackTitle"), "trackTitle");
  submission.artist_name = required(short_text_of(object, "artistName"), "artistName");
  submission.genre = short_text_of(object, "genre");
  submission.audio_url = required(text_of(object, "audioUrl"), "audioUrl");
  submission.lyrics = text_of(object, "lyricsText");
  const std::string_view url = submission.audio_url;
  if (!url.starts_with("https://") && !url.starts_with("http://"))
    throw BadRequest("audioUrl must begin with https:// or http://");
  if (url.size() > kMostUrlBytes)
    throw BadRequest("audioUrl must be at most " + std::to_string(kMostUrlBytes) + " bytes");
  return submission;
}

}  // namespace aura::http
