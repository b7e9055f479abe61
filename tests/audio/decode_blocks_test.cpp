#include "aura/audio/decode.h"

#include <catch2/catch.hpp>

#include "aura/base/error.h"
#include "files.h"
#include "wav.h"

namespace aura::audio {
namespace {

const auto kIgnore = [](std::span<const float>) {};

TEST_CASE("the blocks in a row are the track") {
  const auto file = read_data("audio/plain.mp3");
  std::vector<float> samples;
  std::size_t blocks = 0;
  decode(spooled(file), {.min_duration = {}}, [&](std::span<const float> block) {
    CHECK_FALSE(block.empty());
    samples.insert(samples.end(), block.begin(), block.end());
    ++blocks;
  });
  CHECK(blocks > 10);
  CHECK((samples == decode_all(file).samples));
}

TEST_CASE("a stop asked for before the start ends decoding at once") {
  std::stop_source source;
  source.request_stop();
  for (const auto& path : small_files()) {
    INFO(path);
    CHECK_THROWS_AS(decode(spooled(read_data(path)), {}, kIgnore, source.get_token()), Stopped);
  }
}

TEST_CASE("a stop asked for while decoding ends it at the next packet") {
  std::stop_source source;
  std::size_t blocks = 0;
  const auto stop_at_third = [&](std::span<const float>) {
    if (++blocks == 3) source.request_stop();
  };
  CHECK_THROWS_AS(
      decode(spooled(read_data("music/northbound.mp3")), {}, stop_at_third, source.get_token()),
      Stopped);
  CHECK(blocks == 3);
}

TEST_CASE("what the sink throws comes through") {
  const auto file = wav(WavFormat::kS16, 44100, 1, std::vector<double>(44100, 0.1));
  const auto refuse = [](std::span<const float>) { throw std::length_error("full"); };
  CHECK_THROWS_AS(decode(spooled(file), {}, refuse), std::length_error);
}

}  // namespace
}  // namespace aura::audio
