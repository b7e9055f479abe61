#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <utility>

#include "aura/audio/decoder.h"
#include "aura/base/error.h"
#include "files.h"
#include "fork_server.h"
#include "programs.h"
#include "wav.h"

namespace aura::audio {
namespace {

constexpr DecodeLimits kAnyLength{.min_duration = {}};

struct Sound : Decoded {
  SoundFormat format;
  std::vector<float> samples;

  std::size_t moments() const {
    return samples.size() / static_cast<std::size_t>(std::max(format.channels, 1));
  }
  float at(std::size_t moment, int channel) const {
    return samples.at(moment * static_cast<std::size_t>(format.channels) +
                      static_cast<std::size_t>(channel));
  }
};

Sound decode_with(const Decoder& decoder, std::span<const std::uint8_t> file,
                  const SoundFormat& wanted = {}, const DecodeLimits& limits = kAnyLength) {
  Sound sound;
  bool is_first = true;
  static_cast<Decoded&>(sound) = decoder.decode_interleaved(
      spooled(file), limits, wanted, [&](const SoundFormat& format, std::span<const float> block) {
        if (!std::exchange(is_first, false) && !(format == sound.format))
          throw std::logic_error("the format changes");
        if (block.empty() || block.size() % static_cast<std::size_t>(format.channels) != 0)
          throw std::logic_error("a block holds a part of a moment");
        sound.format = format;
        sound.samples.insert(sound.samples.end(), block.begin(), block.end());
      });
  return sound;
}

std::string code_of(const Decoder& decoder, std::span<const std::uint8_t> file,
                    const SoundFormat& wanted = {}, const DecodeLimits& limits = {}) {
  try {
    decode_with(decoder, file, wanted, limits);
  } catch (const JobError& error) {
    return error.code();
  }
  return "";
}

/// `count` moments, of which each channel has its own constant level.
std::vector<double> levels(std::size_t count, const std::vector<double>& of_channels) {
  std::vector<double> samples;
  for (std::size_t i = 0; i < count; ++i)
    samples.insert(samples.end(), of_channels.begin(), of_channels.end());
  return samples;
}

std::size_t peak_at(std::span<const float> samples, std::size_t step = 1) {
  std::size_t peak = 0;
  for (std::size_t i = 0; i < samples.size(); i += step)
    if (std::abs(samples[i]) > std::abs(samples[peak])) peak = i;
  return peak / step;
}

/// A second and a half of a faint tone, so that no coder takes it for silence, with an impulse.
std::vector<double> impulse(int rate_hz, std::size_t at, int channels) {
  std::vector<double> samples;
  const auto count = static_cast<std::size_t>(rate_hz) * 3 / 2;
  const auto tone = sine(300, 0.01, rate_hz, count);
  for (std::size_t i = 0; i < count; ++i)
    for (int c = 0; c < channels; ++c) samples.push_back(i == at ? 0.9 : tone[i]);
  return samples;
}

TEST_CASE("interleaved: channels, rate and samples are as a WAV has them") {
  const auto decoder = Decoder::sandboxed();
  const int channels = GENERATE(1, 2, 3, 6, 8);
  const int rate_hz = GENERATE(8000, 44'100, 96'000);
  std::vector<double> samples;
  for (int i = 0; i < 3000 * channels; ++i)
    samples.push_back(static_cast<double>(i * 7919 % 65'536 - 32'768) / 32'768);
  const auto sound = decode_with(decoder, wav(WavFormat::kS16, rate_hz, channels, samples));
  CHECK(sound.format.sample_rate_hz == rate_hz);
  CHECK(sound.format.channels == channels);
  const std::vector<float> expected(samples.begin(), samples.end());  // exact in 16 bits
  CHECK((sound.samples == expected));
  CHECK(sound.warnings.empty());
  CHECK(sound.source.codec == "pcm_s16le");
  CHECK(sound.source.channels == channels);
}

TEST_CASE("interleaved: speakers are those of the file's channels, in a WAV's order") {
  const Folder folder;
  const auto coded = [&](const char* layout) {
    const auto path = folder.path(std::string(layout) + ".flac");
    output_of({"ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i",
               "sine=duration=1:sample_rate=48000", "-af",
               std::string("aformat=channel_layouts=") + layout, path});
    return decode_with(Decoder(), content_of(path)).format;
  };
  CHECK(coded("mono") == SoundFormat{48'000, 1, 0x4});
  CHECK(coded("stereo") == SoundFormat{48'000, 2, 0x3});
  CHECK(coded("5.1") == SoundFormat{48'000, 6, 0x3F});
}

TEST_CASE("interleaved: the mean of the channels is the mono signal, in each format") {
  for (const auto& path : small_files()) {
    INFO(path);
    const auto file = read_data(path);
    const auto sound = decode_with(Decoder(), file);
    const auto mono = decode_all(file, {.sample_rate_hz = sound.format.sample_rate_hz});
    REQUIRE(sound.moments() == mono.samples.size());
    double worst = 0;
    for (std::size_t i = 0; i < mono.samples.size(); ++i) {
      double sum = 0, clipped = 0;
      for (int c = 0; c < sound.format.channels; ++c) {
        const auto sample = static_cast<double>(sound.at(i, c));
        sum += sample;
        clipped += std::clamp(sample, -1.0, 1.0);
      }
      const auto distance = [&](double total) {
        return std::abs(total / sound.format.channels - static_cast<double>(mono.samples[i]));
      };
      worst = std::max(worst, std::min(distance(sum), distance(clipped)));
    }
    // Mono may be of 16 bits, as librosa has it: clipped, and rounded by half a step.
    CHECK(worst <= 0.5 / 32'768 + 1e-6);
    CHECK(sound.warnings == mono.warnings);
  }
}

TEST_CASE("interleaved: an impulse is at the time at which the mono signal has it") {
  constexpr int kRateHz = 44'100;
  constexpr std::size_t kAt = 30'000;
  const Folder folder;
  const auto source =
      folder.write("impulse.wav", wav(WavFormat::kS16, kRateHz, 2, impulse(kRateHz, kAt, 2)));
  const auto decoder = Decoder::sandboxed();
  const std::string coded = GENERATE("a.wav", "a.flac", "a.mp3", "a.m4a", "a.ogg", "a.opus");
  INFO(coded);
  output_of({"ffmpeg", "-nostdin", "-loglevel", "error", "-i", source, "-b:a", "320k",
             folder.path(coded)});
  const auto file = content_of(folder.path(coded));
  const auto sound = decode_with(decoder, file);
  const auto mono = decode_all(file);
  const double rate = sound.format.sample_rate_hz;  // Opus has another
  const double at_s = static_cast<double>(peak_at(sound.samples, 2)) / rate;
  const double mono_at_s = static_cast<double>(peak_at(mono.samples)) / dsp::kSampleRateHz;
  // To the nearest sample of either.
  CHECK(std::abs(at_s - mono_at_s) <= 0.5 / rate + 0.5 / dsp::kSampleRateHz);
  CHECK(at_s == Approx(static_cast<double>(kAt) / kRateHz).margin(1.5 / rate));
}

TEST_CASE("interleaved: in a sandbox each format gives the very samples that it gives outside") {
  const auto decoder = Decoder::sandboxed();
  for (const auto& path : small_files()) {
    for (const SoundFormat wanted : {SoundFormat{}, SoundFormat{32'000, 2}}) {
      INFO(path << " " << wanted.sample_rate_hz);
      const auto file = read_data(path);
      const auto expected = decode_with(Decoder(), file, wanted);
      const auto sound = decode_with(decoder, file, wanted);
      CHECK((sound.samples == expected.samples));
      CHECK((sound.format == expected.format));
      CHECK((sound.source == expected.source));
      CHECK(sound.warnings == expected.warnings);
    }
  }
}

TEST_CASE("interleaved: a stated rate gives ceil(n * output / input) moments of the same sound") {
  const auto file = wav(WavFormat::kF32, 48'000, 2, levels(48'000, {0.5, -0.25}));
  const auto sound = decode_with(Decoder::sandboxed(), file, {44'100, 2});
  CHECK(sound.format == SoundFormat{44'100, 2, 0x3});
  REQUIRE(sound.moments() == 44'100);
  // Clear of the ringing at both ends; 20 bits of precision.
  CHECK(sound.at(22'050, 0) == Approx(0.5).margin(2e-6));
  CHECK(sound.at(22'050, 1) == Approx(-0.25).margin(2e-6));
}

TEST_CASE("interleaved: mono goes to each channel at its level, stereo to mono as its mean") {
  const Decoder decoder;
  const int rate_hz = GENERATE(44'100, 22'050);
  const auto spread =
      decode_with(decoder, wav(WavFormat::kF32, 44'100, 1, levels(44'100, {0.5})), {rate_hz, 2});
  REQUIRE(spread.moments() == static_cast<std::size_t>(rate_hz));
  for (const int channel : {0, 1}) CHECK(spread.at(10'000, channel) == Approx(0.5).margin(2e-6));
  const auto mean = decode_with(
      decoder, wav(WavFormat::kF32, 44'100, 2, levels(44'100, {0.5, 0.25})), {rate_hz, 1});
  CHECK(mean.format.channels == 1);
  CHECK(mean.at(10'000, 0) == Approx(0.375).margin(2e-6));
}

TEST_CASE("interleaved: what is mixed down gets no louder than full scale") {
  const auto file = wav(WavFormat::kS16, 44'100, 6, levels(44'100, {1, -1, 1, 1, 1, -1}));
  const auto sound = decode_with(Decoder::sandboxed(), file, {44'100, 2});
  REQUIRE(sound.format.channels == 2);
  for (const float sample : sound.samples) REQUIRE(std::abs(sample) <= 1.0001F);
  CHECK(std::abs(sound.at(20'000, 0)) > 0.1F);
}

TEST_CASE("interleaved: if the format changes, all sound gets the first one") {
  const Folder folder;
  Bytes chain;
  for (const auto& [rate, channels] : {std::pair{"48000", "2"}, std::pair{"32000", "1"}}) {
    const auto path = folder.path(std::string(rate) + ".ogg");
    output_of({"ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i",
               "sine=duration=2:frequency=440", "-ar", rate, "-ac", channels, path});
    chain = std::move(chain) + content_of(path);
  }
  const auto sound = decode_with(Decoder::sandboxed(), chain);
  CHECK(sound.format.sample_rate_hz == 48'000);
  CHECK(sound.format.channels == 2);
  CHECK(sound.moments() == 4 * 48'000);
  // The second part is mono: equal in both channels, and as loud as it was (an eighth of full
  // scale is what this source has).
  double energy = 0;
  for (std::size_t i = 3 * 48'000; i < 3 * 48'000 + 24'000; ++i) {
    REQUIRE(sound.at(i, 0) == sound.at(i, 1));
    energy += std::pow(static_cast<double>(sound.at(i, 0)), 2);
  }
  CHECK(std::sqrt(2 * energy / 24'000) == Approx(0.125).epsilon(0.05));  // Vorbis is lossy
}

TEST_CASE("interleaved: samples that are no numbers become 0, each counted once") {
  std::vector<double> samples(4410, 0.25);
  samples[1000] = std::numeric_limits<double>::quiet_NaN();
  samples[1001] = 1e30;
  const auto sound = decode_with(Decoder(), wav(WavFormat::kF32, 22'050, 1, samples), {22'050, 2});
  CHECK(sound.at(999, 1) == 0.25F);
  CHECK(sound.at(1000, 1) == 0.0F);
  CHECK(sound.at(1001, 0) == 0.0F);
  CHECK(sound.warnings ==
        std::vector<std::string>{"2 samples were no numbers and count as silence"});
}

TEST_CASE("interleaved: what is wrong with a file is said as for mono") {
  const auto decoder = GENERATE(0, 1) == 0 ? Decoder() : Decoder::sandboxed();
  const std::string_view text = "no music";
  CHECK(code_of(decoder, {}) == "empty_file");
  CHECK(code_of(decoder, std::vector<std::uint8_t>(text.begin(), text.end())) == "not_audio");
  CHECK(code_of(decoder, read_data("audio/16_bit.wav")) == "audio_too_short");
  const auto minutes = wav(WavFormat::kU8, 8000, 2, std::vector<double>(2 * 61 * 8000, 0.1));
  CHECK(code_of(decoder, minutes, {}, {.max_duration = std::chrono::minutes(1)}) ==
        "audio_too_long");
  CHECK(code_of(decoder, minutes, {16'000, 1}, {.max_duration = std::chrono::minutes(1)}) ==
        "audio_too_long");
  CHECK(code_of(decoder, minutes, {}, {.max_duration = std::chrono::minutes(2)}).empty());
}

TEST_CASE("interleaved: channels beyond the limit, or that can't be mixed, are refused") {
  const auto many = wav(WavFormat::kS16, 8000, 65, std::vector<double>(65 * 8000, 0.1));
  CHECK(code_of(Decoder::sandboxed(), many) == "undecodable");
  const auto odd = wav(WavFormat::kS16, 8000, 11, std::vector<double>(11 * 8000, 0.1));
  CHECK(code_of(Decoder::sandboxed(), odd).empty());
  CHECK(code_of(Decoder::sandboxed(), odd, {16'000, 0}).empty());
  CHECK(code_of(Decoder::sandboxed(), odd, {8000, 2}) == "undecodable");
}

TEST_CASE("interleaved: blocks stay small, however long the track is") {
  const auto file = spooled(wav(WavFormat::kU8, 48'000, 6, std::vector<double>(6 * 480'000, 0.1)));
  std::size_t largest = 0;
  Decoder::sandboxed().decode_interleaved(file, {}, {},
                                          [&](const SoundFormat&, std::span<const float> block) {
                                            largest = std::max(largest, block.size_bytes());
                                          });
  CHECK(largest > 0);
  CHECK(largest <= ForkServer::kSharedBytes);
}

}  // namespace
}  // namespace aura::audio
