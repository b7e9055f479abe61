#include "submission.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bad_request.h"

using aura::http::BadRequest;
using aura::http::read_submission;
using Catch::Matchers::Contains;
using Json = nlohmann::json;

namespace {

Json whole() {
  return {
      {"audioUrl", "https://h/a.mp3"}, {"trackTitle", "T"}, {"artistName", "A"}, {"userId", "u"}};
}

Json with(const std::string& name, const Json& value) {
  auto body = whole();
  body[name] = value;
  return body;
}

}  // namespace

TEST_CASE("submission: what must be there is, the rest may be null or missing") {
  const auto submission = read_submission(with("lyricsText", "la la").dump());
  CHECK(submission.audio_url == "https://h/a.mp3");
  CHECK(submission.track_title == "T");
  CHECK(submission.artist_name == "A");
  CHECK(submission.user_id == "u");
  CHECK(submission.lyrics == "la la");
  CHECK(!submission.genre);
  CHECK(!read_submission(with("genre", nullptr).dump()).genre);
  for (const std::string name : {"audioUrl", "trackTitle", "artistName", "userId"}) {
    auto body = whole();
    body.erase(name);
    CHECK_THROWS_WITH(read_submission(body.dump()), name + " is missing");
    CHECK_THROWS_WITH(read_submission(with(name, "").dump()), name + " is missing");
    CHECK_THROWS_WITH(read_submission(with(name, 5).dump()), name + " must be a string");
  }
}

TEST_CASE("submission: hostile bodies are refused in words") {
  for (const auto& body :
       {std::string(), std::string("{"), std::string("[]"), std::string("5"), std::string("null"),
        std::string("\xff"), std::string(R"({"userId":")") + "\xff\"}", std::string(10'000, '['),
        std::string(R"({"userId":"\ud800"})")})
    CHECK_THROWS_AS(read_submission(body), BadRequest);
  CHECK_THROWS_WITH(read_submission(with("trackTitle", std::string(1, '\0')).dump()),
                    Contains("NUL"));
  CHECK_THROWS_WITH(read_submission(with("trackTitle", std::string(501, 'x')).dump()),
                    Contains("500 bytes"));
  CHECK_THROWS_WITH(read_submission(with("audioUrl", "file:///etc/passwd").dump()),
                    Contains("https://"));
  CHECK_THROWS_WITH(read_submission(with("audioUrl", "http://h/" + std::string(4096, 'x')).dump()),
                    Contains("4096"));
}
