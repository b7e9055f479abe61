#include "aura/analysis/click_file.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "wav.h"

namespace aura::analysis {
namespace {

constexpr audio::DecodeLimits kAnyLength{.min_duration = {}};

Spool spooled(std::span<const std::uint8_t> bytes) {
  Spool file;
  file.append(bytes);
  return file;
}

struct Decoded {
  audio::SoundFormat format;
  std::vector<float> samples;
  std::optional<int> bits;
};

Decoded decoded(const Spool& file) {
  Decoded result;
  const auto rest = audio::decode_interleaved(
      file, kAnyLength, {}, [&](const audio::SoundFormat& format, std::span<const float> block) {
        result.format = format;
        result.samples.insert(result.samples.end(), block.begin(), block.end());
      });
  result.bits = rest.source.bits_per_sample;
  return result;
}

Measurements with_beats(std::vector<double> beats_s, std::vector<double> downbeats_s = {}) {
  Measurements measured;
  measured.rhythm.beats_s = std::move(beats_s);
  measured.rhythm.downbeats_s = std::move(downbeats_s);
  return measured;
}

std::string written(const ClickFile& clicks) {
  std::string file;
  clicks.write([&](std::string_view bytes) {
    file += bytes;
    return true;
  });
  return file;
}

Decoded decoded(const std::string& file) {
  return decoded(spooled({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}));
}

/// Two seconds of a tone per channel, each an octave above the one before.
std::vector<double> tones(int rate_hz, int channels, double amplitude) {
  std::vector<double> samples;
  for (int i = 0; i < 2 * rate_hz; ++i)
    for (int c = 0; c < channels; ++c)
      samples.push_back(amplitude *
                        std::sin(2 * std::numbers::pi * 50 * std::exp2(c) * i / rate_hz));
  return samples;
}

}  // namespace

TEST_CASE("click file: the music's rate, channels and length, with a click at each beat") {
  const int channels = GENERATE(1, 2, 6);
  const int rate_hz = GENERATE(22'050, 44'100, 96'000);
  const double amplitude = GENERATE(0.1, 0.9);
  CAPTURE(channels, rate_hz, amplitude);
  const auto decoder = audio::Decoder::sandboxed();
  const auto music = spooled(
      audio::wav(audio::WavFormat::kS16, rate_hz, channels, tones(rate_hz, channels, amplitude)));
  const auto measured = with_beats({0.25, 0.7500001, 1.3}, {0.7500001});
  const ClickFile clicks(music, measured, decoder, kAnyLength, ClickContent::kMusicAndClicks);
  const auto before = decoded(music);
  const auto after = decoded(written(clicks));
  CHECK(after.format.sample_rate_hz == rate_hz);
  CHECK(after.format.channels == channels);
  CHECK(after.bits == 16);
  REQUIRE(after.samples.size() == before.samples.size());
  const double music_gain = std::pow(10, -clicks.attenuation_db() / 20);
  const double peak = static_cast<double>(
      *std::ranges::max_element(before.samples, {}, [](float s) { return std::abs(s); }));
  CHECK(music_gain == Approx(std::min(1.0, static_cast<double>(kClickCeiling) / (2 * peak))));
  ClickTrack track(measured.rhythm, rate_hz);
  const auto click = track.next(static_cast<std::size_t>(2 * rate_hz));
  double worst = 0, loudest = 0;
  for (std::size_t i = 0; i < after.samples.size(); ++i) {
    const auto moment = i / static_cast<std::size_t>(channels);
    const double sum = music_gain * (static_cast<double>(before.samples[i]) +
                                     peak * static_cast<double>(click[moment]));
    worst = std::max(worst, std::abs(sum - static_cast<double>(after.samples[i])));
    loudest = std::max(loudest, std::abs(static_cast<double>(after.samples[i])));
  }
  CHECK(worst <= 0.5 / 32'768 + 1e-6);  // rounded to 16 bits, in single precision
  CHECK(loudest < 0.99);
}

TEST_CASE("click file: a subwoofer gets no clicks") {
  // FFmpeg's WAV of six channels says which are whose.
  audio::WavForm form{{48'000, 6, 0x3F}, 16, 48'000};
  auto file = audio::wav_header(form);
  audio::append_pcm(file, std::vector<float>(std::size_t{6} * 48'000, 0.0F), 16);
  const auto music = spooled({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()});
  const auto measured = with_beats({0.5});
  const audio::Decoder decoder;
  const auto after =
      decoded(written(ClickFile(music, measured, decoder, kAnyLength, ClickContent::kClicks)));
  REQUIRE(after.format.speakers == 0x3F);
  for (std::size_t c = 0; c < 6; ++c)
    CHECK((after.samples.at(std::size_t{6} * 24'000 + c) > 0.4F) == (c != 3));
}

TEST_CASE("click file: clicks alone are silent but for them") {
  const auto music = spooled(audio::wav(audio::WavFormat::kS24, 44'100, 2, tones(44'100, 2, 0.5)));
  auto measured = with_beats({0, 1.0});
  measured.source.bits_per_sample = 24;
  const audio::Decoder decoder;
  const ClickFile clicks(music, measured, decoder, kAnyLength, ClickContent::kClicks);
  CHECK(clicks.attenuation_db() == 0);
  const auto after = decoded(written(clicks));
  CHECK(after.bits == 24);
  REQUIRE(after.samples.size() == 2 * 2 * 44'100);
  const auto first = [&](std::size_t from) {
    const auto found = std::find_if(after.samples.begin() + static_cast<std::ptrdiff_t>(2 * from),
                                    after.samples.end(), [](float s) { return s != 0; });
    return (found - after.samples.begin()) / 2;
  };
  CHECK(first(0) == 0);
  CHECK(first(3000) == 44'100);
}

TEST_CASE("click file: without beats there is nothing to write") {
  const auto music = spooled(audio::wav(audio::WavFormat::kS16, 44'100, 1, tones(44'100, 1, 0.5)));
  const audio::Decoder decoder;
  CHECK_THROWS_WITH(ClickFile(music, {}, decoder, kAnyLength, ClickContent::kMusicAndClicks),
                    Catch::Contains("no beats were found"));
}

TEST_CASE("click file: what can't be appended ends the writing") {
  const auto music = spooled(audio::wav(audio::WavFormat::kS16, 44'100, 1, tones(44'100, 1, 0.5)));
  const auto measured = with_beats({0.5});
  const audio::Decoder decoder;
  const ClickFile clicks(music, measured, decoder, kAnyLength, ClickContent::kMusicAndClicks);
  const int allowed = GENERATE(0, 1, 3);
  int calls = 0;
  clicks.write([&](std::string_view) { return calls++ < allowed; });
  CHECK(calls == allowed + 1);
}

}  // namespace aura::analysis
