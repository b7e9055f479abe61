#include "formats.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>
#include <vector>

#include "ffmpeg.h"

namespace aura::audio {
namespace {

std::vector<std::string> names_in(const std::string& list) {
  std::vector<std::string> names;
  std::istringstream stream(list);
  for (std::string name; std::getline(stream, name, ',');) names.push_back(name);
  return names;
}

TEST_CASE("formats: each allowed container is one that FFmpeg has") {
  for (const auto& name : names_in(allowed_formats())) {
    INFO(name);
    CHECK(av_find_input_format(name.c_str()) != nullptr);
  }
}

TEST_CASE("formats: no allowed container opens files or addresses named in it") {
  const auto names = names_in(allowed_formats());
  for (const auto* name : {"hls", "applehttp", "concat", "dash", "image2", "image2pipe", "sdp",
                           "rtsp", "tty", "imf", "webm_dash_manifest", "lavfi", "ffmetadata"}) {
    INFO(name);
    CHECK(std::find(names.begin(), names.end(), name) == names.end());
  }
}

TEST_CASE("formats: each allowed decoder is one that FFmpeg has, and of audio") {
  const auto names = names_in(allowed_decoders());
  CHECK(names.size() > 50);
  for (const auto& name : names) {
    INFO(name);
    const AVCodec* decoder = avcodec_find_decoder_by_name(name.c_str());
    REQUIRE(decoder != nullptr);
    CHECK(decoder->type == AVMEDIA_TYPE_AUDIO);
  }
}

}  // namespace
}  // namespace aura::audio
