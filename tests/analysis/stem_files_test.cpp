#include "aura/analysis/stem_files.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "wav.h"

namespace aura::analysis {
namespace {

constexpr audio::DecodeLimits kAnyLength{.min_duration = {}};
constexpr audio::SoundFormat kStereo{44'100, 2};
/// Of a segment of the separator, in samples of a channel.
constexpr std::size_t kSegment = models::Spleeter::kFrames * models::Separator::kHopLength;

Spool spooled(std::span<const std::uint8_t> bytes) {
  Spool file;
  file.append(bytes);
  return file;
}

struct Sound {
  audio::SoundFormat format;
  std::vector<float> samples;
};

Sound sound_of(const Spool& file, const audio::SoundFormat& wanted) {
  Sound sound;
  audio::decode_interleaved(file, kAnyLength, wanted,
                            [&](const audio::SoundFormat& format, std::span<const float> block) {
                              sound.format = format;
                              sound.samples.insert(sound.samples.end(), block.begin(), block.end());
                            });
  return sound;
}

Sound sound_of(const std::string& wav) {
  return sound_of(spooled({reinterpret_cast<const std::uint8_t*>(wav.data()), wav.size()}), {});
}

/// A mask that depends on what is heard and on its place, and so is nowhere the same.
void find_voice(std::span<const float> magnitudes, std::span<float> mask) {
  for (std::size_t i = 0; i < mask.size(); ++i)
    mask[i] = magnitudes[i] / (1 + magnitudes[i]) * static_cast<float>(i % 7) / 7;
}

struct Stems {
  std::string vocals;
  std::string accompaniment;
  models::VoiceShare voice;
  std::vector<int> percent;
};

StemFiles::Append to(std::string& file) {
  return [&file](std::string_view bytes) {
    file += bytes;
    return true;
  };
}

Stems separated(const Spool& track, models::Separator::FindVoice mask = find_voice) {
  const audio::Decoder decoder;
  models::Separator separator(std::move(mask));
  Stems stems;
  stems.voice =
      StemFiles(track, decoder, kAnyLength)
          .write(separator, {.vocals = to(stems.vocals), .accompaniment = to(stems.accompaniment)},
                 [&](int reached) { stems.percent.push_back(reached); });
  return stems;
}

/// A tone per channel, each an octave above the one before.
std::vector<double> tones(int rate_hz, int channels, std::size_t length, double amplitude = 0.5) {
  std::vector<double> samples;
  for (std::size_t i = 0; i < length; ++i)
    for (int c = 0; c < channels; ++c)
      samples.push_back(amplitude * std::sin(2 * std::numbers::pi * 220 * std::exp2(c) *
                                             static_cast<double>(i) / rate_hz));
  return samples;
}

/// How far the stems' sum is from the track, at most.
float worst_sum(const Sound& track, const Sound& vocals, const Sound& accompaniment) {
  REQUIRE(vocals.samples.size() == track.samples.size());
  REQUIRE(accompaniment.samples.size() == track.samples.size());
  float worst = 0;
  for (std::size_t i = 0; i < track.samples.size(); ++i)
    worst =
        std::max(worst, std::abs(vocals.samples[i] + accompaniment.samples[i] - track.samples[i]));
  return worst;
}

}  // namespace

TEST_CASE("stem files: add up to the track, sample by sample, whatever its rate and channels") {
  const int rate_hz = GENERATE(22'050, 44'100, 48'000);
  // Far less than a segment, and into the second.
  const auto [channels, length] = GENERATE(table<int, std::size_t>(
      {{1, 5000}, {1, kSegment + 100'000}, {2, 5000}, {2, kSegment + 100'000}, {6, 5000}}));
  CAPTURE(channels, rate_hz, length);
  const auto track = spooled(
      audio::wav(audio::WavFormat::kS16, rate_hz, channels, tones(rate_hz, channels, length)));
  const auto stems = separated(track);
  const auto whole = sound_of(track, kStereo);
  const auto vocals = sound_of(stems.vocals), accompaniment = sound_of(stems.accompaniment);
  CHECK(vocals.format == audio::SoundFormat{44'100, 2, 0x3});
  CHECK(accompaniment.format == vocals.format);
  // Single precision of a subtraction and an addition.
  CHECK(worst_sum(whole, vocals, accompaniment) < 1e-6F);
  const auto loudest = std::ranges::max(vocals.samples, {}, [](float s) { return std::abs(s); });
  CHECK(std::abs(loudest) > 0.01F);
  CHECK(stems.percent.back() == 100);
  CHECK(std::ranges::is_sorted(stems.percent));
}

TEST_CASE("stem files: what is all voice stays at its moment") {
  std::vector<double> samples(2 * (kSegment + 60'000));
  // Clicks below 11 kHz, left and right at different times, also beside the end of a segment.
  for (const std::size_t at : {20'000UL, 333'333UL, kSegment - 100, kSegment + 30'000})
    for (std::size_t i = 0; i < 200; ++i)
      for (std::size_t c = 0; c < 2; ++c)
        samples.at(2 * (at + 50 * c + i) + c) =
            0.5 * std::pow(std::sin(std::numbers::pi * static_cast<double>(i) / 200), 2);
  const auto track = spooled(audio::wav(audio::WavFormat::kF32, 44'100, 2, samples));
  const auto stems = separated(
      track, [](std::span<const float>, std::span<float> mask) { std::ranges::fill(mask, 1.0F); });
  const auto vocals = sound_of(stems.vocals);
  REQUIRE(vocals.samples.size() == samples.size());
  double worst = 0;
  for (std::size_t i = 0; i < samples.size(); ++i)
    worst = std::max(worst, std::abs(samples[i] - static_cast<double>(vocals.samples[i])));
  // A bell of 200 samples has less than a millionth of its power above 11 kHz. One sample aside,
  // the difference would be 0.008.
  CHECK(worst < 1e-4);
}

TEST_CASE("stem files: a stem beyond full scale is not clipped") {
  const auto track =
      spooled(audio::wav(audio::WavFormat::kF32, 44'100, 2, tones(44'100, 2, 50'000, 3)));
  const auto stems = separated(
      track, [](std::span<const float>, std::span<float> mask) { std::ranges::fill(mask, 0.5F); });
  const auto accompaniment = sound_of(stems.accompaniment);
  CHECK(*std::ranges::max_element(accompaniment.samples) > 1.4F);
  CHECK(worst_sum(sound_of(track, kStereo), sound_of(stems.vocals), accompaniment) < 1e-6F);
}

TEST_CASE("stem files: say how much of the track is voice, over all segments") {
  // Voice in the first segment alone.
  const auto track =
      spooled(audio::wav(audio::WavFormat::kS16, 44'100, 1, tones(44'100, 1, 2 * kSegment)));
  float part = 0.5F;
  const auto stems = separated(track, [&](std::span<const float>, std::span<float> mask) {
    std::ranges::fill(mask, std::exchange(part, 0.0F));
  });
  // The zeros before the track shift segments by 4 frames of 512.
  CHECK(stems.voice.share() == Approx(0.5).margin(0.02));
  CHECK(stems.voice.level_db() == Approx(0).margin(1e-4));
}

TEST_CASE("stem files: without vocals the accompaniment is the same") {
  const auto track =
      spooled(audio::wav(audio::WavFormat::kS16, 44'100, 2, tones(44'100, 2, 50'000)));
  const audio::Decoder decoder;
  models::Separator separator(find_voice);
  std::string accompaniment;
  StemFiles(track, decoder, kAnyLength)
      .write(separator, {.vocals = {}, .accompaniment = to(accompaniment)});
  CHECK(accompaniment == separated(track).accompaniment);
}

TEST_CASE("stem files: end where a file can't be written, and say so") {
  const auto track =
      spooled(audio::wav(audio::WavFormat::kS16, 44'100, 2, tones(44'100, 2, 50'000)));
  const audio::Decoder decoder;
  models::Separator separator(find_voice);
  std::string written;
  // The header still fits.
  const auto full = [&](std::string_view bytes) {
    written += bytes;
    return written.size() < 1000;
  };
  const StemFiles files(track, decoder, kAnyLength);
  std::string other;
  CHECK_THROWS_WITH(files.write(separator, {.vocals = to(other), .accompaniment = full}),
                    "the stems can't be written: check the folder and the free disk space");
}

TEST_CASE("stem files: samples that a separator can't take are refused") {
  auto samples = tones(44'100, 2, 50'000);
  samples[60'000] = 2e6;
  const auto track = spooled(audio::wav(audio::WavFormat::kF32, 44'100, 2, samples));
  CHECK_THROWS_WITH(separated(track), Catch::Contains("a million times full scale"));
}

TEST_CASE("stem files: what is no audio is refused before anything is written") {
  const audio::Decoder decoder;
  const std::string text = "no music at all";
  const auto file = spooled({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  CHECK_THROWS_AS(StemFiles(file, decoder, kAnyLength), JobError);
}

}  // namespace aura::analysis
