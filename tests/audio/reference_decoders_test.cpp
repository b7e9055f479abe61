#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "coded_wav.h"
#include "files.h"
#include "ogg.h"
#include "programs.h"
#include "wav.h"

// What is decoded here beside what each format's own decoder makes of the same file: flac, mpg123,
// oggdec, opusdec, and sox and libsndfile for PCM. At the file's own rate, where nothing is
// resampled, so that every sample of the file is compared and an offset of one would show.

namespace aura::audio {
namespace {

namespace fs = std::filesystem;

/// How a decoder writes samples; little-endian, channels interleaved.
enum class Raw { kS16, kS24, kS32, kF32 };

float sample_at(const char* bytes, Raw raw) {
  std::uint32_t bits = 0;
  switch (raw) {
    case Raw::kS16:
      std::memcpy(&bits, bytes, 2);
      return static_cast<float>(static_cast<std::int16_t>(bits)) / 32768.0F;
    case Raw::kS24:
      std::memcpy(&bits, bytes, 3);
      return static_cast<float>(static_cast<std::int32_t>(bits << 8) >> 8) / 8388608.0F;
    case Raw::kS32:
      std::memcpy(&bits, bytes, 4);
      return static_cast<float>(static_cast<std::int32_t>(bits)) / 2147483648.0F;
    case Raw::kF32:
      std::memcpy(&bits, bytes, 4);
      return std::bit_cast<float>(bits);
  }
  throw std::logic_error("no such kind");
}

/// The mean of the channels, in single precision as here.
std::vector<float> mono(const std::string& samples, Raw raw, std::size_t channels) {
  const std::size_t sample_bytes = raw == Raw::kS16 ? 2 : raw == Raw::kS24 ? 3 : 4;
  REQUIRE(samples.size() % (channels * sample_bytes) == 0);
  std::vector<float> result(samples.size() / (channels * sample_bytes));
  const char* bytes = samples.data();
  for (float& value : result) {
    for (std::size_t channel = 0; channel < channels; ++channel, bytes += sample_bytes)
      value += sample_at(bytes, raw);
    value /= static_cast<float>(channels);
  }
  return result;
}

/// The first channel of samples of 32 bits.
std::vector<float> first_of(const std::string& samples, std::size_t channels) {
  std::vector<float> result;
  for (std::size_t at = 0; at < samples.size(); at += channels * 4)
    result.push_back(sample_at(&samples[at], Raw::kS32));
  return result;
}

std::vector<float> decoded(const std::string& path, int sample_rate_hz) {
  const auto audio = decode_all(content_of(path), {.sample_rate_hz = sample_rate_hz});
  CHECK(audio.warnings.empty());
  return audio.samples;
}

void check_same(const std::vector<float>& samples, const std::vector<float>& reference,
                double tolerance) {
  REQUIRE(samples.size() == reference.size());
  REQUIRE(samples.size() > 10'000);
  double worst = 0;
  for (std::size_t i = 0; i < samples.size(); ++i)
    worst = std::max(worst, std::abs(static_cast<double>(samples[i]) - reference[i]));
  CHECK(worst <= tolerance);
}

std::string test_data(const std::string& path) {
  return std::string(AURA_TEST_DATA "/") + path;
}

std::vector<float> by_flac(const std::string& path, Raw raw, std::size_t channels) {
  return mono(output_of({"flac", "-s", "-d", "-c", "--force-raw-format", "--endian=little",
                         "--sign=signed", path}),
              raw, channels);
}

std::vector<float> by_mpg123(const std::string& path, std::size_t channels) {
  return mono(output_of({"mpg123", "-q", "-s", "-e", "f32", path}), Raw::kF32, channels);
}

std::vector<float> by_oggdec(const std::string& path, std::size_t channels) {
  return mono(output_of({"oggdec", "-Q", "-R", "-b", "16", "-o", "-", path}), Raw::kS16, channels);
}

std::vector<float> by_opusdec(const std::string& path, std::size_t channels) {
  return mono(output_of({"opusdec", "--quiet", "--float", "--rate", "48000", path, "-"}), Raw::kF32,
              channels);
}

std::vector<float> by_sox(const std::string& path, std::size_t channels) {
  return mono(output_of({"sox", "-D", path, "-t", "f32", "-"}), Raw::kF32, channels);
}

/// To 32 bits, as libsndfile's program scales floats to their peak.
std::string by_sndfile(const Folder& folder, const std::string& path) {
  const auto raw = folder.path("sndfile.raw");
  output_of({"sndfile-convert", "-pcm32", "-endian=little", path, raw});
  const auto bytes = content_of(raw);
  return {bytes.begin(), bytes.end()};
}

/// Two notes, a different one in each channel, and noise: so that no offset goes unseen.
std::vector<double> two_notes(int rate_hz, int channels, double seconds) {
  const auto length = static_cast<std::size_t>(seconds * rate_hz);
  const auto left = sine(440, 0.4, rate_hz, length);
  const auto right = sine(554.4, 0.3, rate_hz, length);
  std::vector<double> samples;
  std::uint32_t noise = 1;
  for (std::size_t i = 0; i < length; ++i) {
    for (int channel = 0; channel < channels; ++channel) {
      noise = noise * 1664525 + 1013904223;
      samples.push_back((channel == 0 ? left : right)[i] +
                        0.1 * (static_cast<double>(noise >> 8) / (1 << 24) - 0.5));
    }
  }
  return samples;
}

// Both sums are the same additions.
constexpr double kExact = 0;
// mpg123 and FFmpeg each add up in single precision, in orders of their own: 2e-6 was measured.
constexpr double kMp3 = 1e-5;
// oggdec rounds to 16 bits: half a step, and what two decoders in single precision differ by.
constexpr double kVorbis = 0.5 / 32768 + 2e-6;
// One library on both sides, and equal results where both run the same instructions; else a few
// steps of a float near 1.
constexpr double kOpus = 1e-6;
// sox has 32 bits inside: a float's step near 1.
constexpr double kPcm = 1.0 / (1 << 23);

TEST_CASE("reference decoders: FLAC is what flac decodes, bit by bit") {
  check_same(decoded(test_data("music/corner_table.flac"), 44100),
             by_flac(test_data("music/corner_table.flac"), Raw::kS16, 1), kExact);
  check_same(decoded(test_data("audio/16_bit.flac"), 44100),
             by_flac(test_data("audio/16_bit.flac"), Raw::kS16, 2), kExact);
  check_same(decoded(test_data("audio/24_bit.flac"), 96000),
             by_flac(test_data("audio/24_bit.flac"), Raw::kS24, 1), kExact);
}

TEST_CASE("reference decoders: FLAC as flac encodes it, of 16 and 24 bits, mono and stereo") {
  const Folder folder;
  const auto format = GENERATE(WavFormat::kS16, WavFormat::kS24);
  const int channels = GENERATE(1, 2);
  const int rate_hz = GENERATE(22050, 48000);
  const auto from =
      folder.write("in.wav", wav(format, rate_hz, channels, two_notes(rate_hz, channels, 1.1)));
  const auto path = folder.path("out.flac");
  output_of({"flac", "-s", "-o", path, from});
  check_same(decoded(path, rate_hz),
             by_flac(path, format == WavFormat::kS16 ? Raw::kS16 : Raw::kS24,
                     static_cast<std::size_t>(channels)),
             kExact);
}

TEST_CASE("reference decoders: MP3 is what mpg123 decodes, encoder delay and padding cut") {
  check_same(decoded(test_data("music/northbound.mp3"), 44100),
             by_mpg123(test_data("music/northbound.mp3"), 2), kMp3);
  check_same(decoded(test_data("audio/plain.mp3"), 44100),
             by_mpg123(test_data("audio/plain.mp3"), 2), kMp3);
  check_same(decoded(test_data("audio/cover.mp3"), 44100),
             by_mpg123(test_data("audio/cover.mp3"), 2), kMp3);
}

TEST_CASE("reference decoders: of an MP3 that states no delay nothing is cut") {
  check_same(decoded(test_data("audio/no_length.mp3"), 22050),
             by_mpg123(test_data("audio/no_length.mp3"), 1), kMp3);
}

TEST_CASE("reference decoders: Vorbis is what oggdec decodes, its last page cut to length") {
  check_same(decoded(test_data("music/night_train.ogg"), 44100),
             by_oggdec(test_data("music/night_train.ogg"), 2), kVorbis);
  check_same(decoded(test_data("audio/vorbis.ogg"), 44100),
             by_oggdec(test_data("audio/vorbis.ogg"), 2), kVorbis);
}

TEST_CASE("reference decoders: Vorbis as oggenc encodes it") {
  const Folder folder;
  const int channels = GENERATE(1, 2);
  const int rate_hz = GENERATE(22050, 48000);
  const auto from = folder.write(
      "in.wav", wav(WavFormat::kS16, rate_hz, channels, two_notes(rate_hz, channels, 2.345)));
  const auto path = folder.path("out.ogg");
  output_of({"oggenc", "-Q", "-q", "4", "-o", path, from});
  check_same(decoded(path, rate_hz), by_oggdec(path, static_cast<std::size_t>(channels)), kVorbis);
}

TEST_CASE("reference decoders: Opus is what opusdec decodes, pre-skip and last page cut") {
  check_same(decoded(test_data("music/mirror_ball.opus"), 48000),
             by_opusdec(test_data("music/mirror_ball.opus"), 2), kOpus);
  check_same(decoded(test_data("audio/opus.opus"), 48000),
             by_opusdec(test_data("audio/opus.opus"), 2), kOpus);
}

TEST_CASE("reference decoders: Opus as opusenc encodes it, for music and for speech") {
  const Folder folder;
  const int channels = GENERATE(1, 2);
  const auto* bitrate = GENERATE("16", "32", "128");
  const auto from = folder.write(
      "in.wav", wav(WavFormat::kS16, 44100, channels, two_notes(44100, channels, 1.2345)));
  const auto path = folder.path("out.opus");
  output_of({"opusenc", "--quiet", "--bitrate", bitrate, from, path});
  check_same(decoded(path, 48000), by_opusdec(path, static_cast<std::size_t>(channels)), kOpus);
}

TEST_CASE("reference decoders: Opus with a gain in its header is as loud as opusdec makes it") {
  const Folder folder;
  const auto file = read_data("audio/opus.opus");
  const auto bare = decode_all(file, {.sample_rate_hz = 48000}).samples;
  for (const int gain : {-32768, -2048, -1, 0, 256, 1536}) {  // dB * 256
    CAPTURE(gain);
    auto pages = pages_of(file);
    auto& head = pages.at(0);
    head.at(44) = static_cast<std::uint8_t>(gain);
    head.at(45) = static_cast<std::uint8_t>(gain >> 8);
    head = with_checksum(head);
    Bytes louder;
    for (const auto& page : pages) louder = std::move(louder) + page;
    const auto path = folder.write("a.opus", louder);
    const auto samples = decoded(path, 48000);
    check_same(samples, by_opusdec(path, 2), kOpus);
    // opusdec may change with FFmpeg's library. That one computes the factor to some 1e-4.
    const double factor = std::pow(10, gain / 256.0 / 20);
    REQUIRE(samples.size() == bare.size());
    for (std::size_t i = 0; i < bare.size(); ++i) {
      const double wanted = static_cast<double>(bare[i]) * factor;
      if (std::abs(static_cast<double>(samples[i]) - wanted) > 1e-3 * std::abs(wanted) + 1e-6) {
        CHECK(samples[i] == Approx(wanted));
        break;
      }
    }
  }
}

TEST_CASE("reference decoders: PCM is what sox reads, of each depth and container") {
  const Folder folder;
  const auto [name, encoding, bits] =
      GENERATE(table<const char*, const char*, const char*>({{"a.wav", "unsigned-integer", "8"},
                                                             {"a.wav", "signed-integer", "16"},
                                                             {"a.wav", "signed-integer", "24"},
                                                             {"a.wav", "signed-integer", "32"},
                                                             {"a.wav", "floating-point", "32"},
                                                             {"a.wav", "floating-point", "64"},
                                                             {"a.wav", "mu-law", "8"},
                                                             {"a.wav", "a-law", "8"},
                                                             {"a.aiff", "signed-integer", "16"},
                                                             {"a.aiff", "signed-integer", "24"},
                                                             {"a.au", "signed-integer", "16"},
                                                             {"a.w64", "signed-integer", "24"},
                                                             {"a.caf", "signed-integer", "16"}}));
  const std::size_t channels = GENERATE(1, 2, 6);
  CAPTURE(name, encoding, bits, channels);
  const auto from = folder.write("in.wav", wav(WavFormat::kF64, 44100, static_cast<int>(channels),
                                               two_notes(44100, static_cast<int>(channels), 0.5)));
  const auto path = folder.path(name);
  output_of({"sox", "-D", from, "-e", encoding, "-b", bits, path});
  check_same(decoded(path, 44100), by_sox(path, channels), kPcm);
}

/// Extensible headers, and plain ones. Omitted are plain headers whose bits fill fewer bytes than a
/// sample has: there libsndfile reads shorter samples than were written.
std::vector<WavCoding> codings_with_fewer_valid_bits(int channels) {
  std::vector<WavCoding> codings;
  for (const bool is_rf64 : {false, true}) {
    for (const int bytes : {1, 2, 3, 4}) {
      for (const int valid : {0, 8, 12, 16, 20, 24, 32}) {
        const int all = bytes * 8;
        if (valid > all) continue;
        codings.push_back({true, bytes, all, valid, channels, is_rf64});
        if (valid != 0 && valid != all)
          codings.push_back({true, bytes, all, valid, channels, is_rf64, true});
      }
    }
    codings.push_back({false, 2, 12, 12, channels, is_rf64});
    codings.push_back({false, 3, 20, 20, channels, is_rf64});
  }
  return codings;
}

TEST_CASE("reference decoders: WAV with fewer valid bits than bytes is what libsndfile reads") {
  const Folder folder;
  constexpr int kRateHz = 22050;
  const auto channels = GENERATE(1, 2, 6);
  const auto samples = two_notes(kRateHz, channels, 0.5);
  for (const auto& coding : codings_with_fewer_valid_bits(channels)) {
    CAPTURE(coding.is_extensible, coding.bytes, coding.bits, coding.valid, coding.channels,
            coding.is_rf64, coding.is_dirty);
    const auto path = folder.write("a.wav", coded_wav(coding, kRateHz, samples));
    const auto reference = by_sndfile(folder, path);
    const auto count = static_cast<std::size_t>(channels);
    check_same(decoded(path, kRateHz), mono(reference, Raw::kS32, count), kExact);
    if (coding.is_rf64) continue;
    // The mean doesn't show whether channels change places.
    const auto first =
        decode_all(content_of(path), {.sample_rate_hz = kRateHz, .first_channel_alone = true});
    check_same(first.samples, first_of(reference, count), kExact);
  }
}

struct Reference {
  std::vector<float> samples;
  int rate_hz = 0;
};

Reference by_its_own(const std::string& path) {
  const auto extension = fs::path(path).extension();
  if (extension == ".mp3") return {by_mpg123(path, 2), 44100};
  if (extension == ".ogg") return {by_oggdec(path, 2), 44100};
  if (extension == ".opus") return {by_opusdec(path, 2), 48000};
  if (path.ends_with("24_bit.flac")) return {by_flac(path, Raw::kS24, 1), 96000};
  return {by_flac(path, Raw::kS16, 1), 44100};
}

/// The energy of the difference of two tracks as a part of the first one's.
double distance(const std::vector<float>& one, const std::vector<float>& other) {
  // Clear of both ends, where each resampler rings in its own way.
  constexpr std::size_t kEnds = 200;
  double apart = 0;
  double energy = 0;
  for (std::size_t i = kEnds; i + kEnds < one.size(); ++i) {
    apart += std::pow(static_cast<double>(one[i]) - other[i], 2);
    energy += std::pow(static_cast<double>(one[i]), 2);
  }
  return apart / energy;
}

TEST_CASE("reference decoders: resampled too, nothing moves") {
  const Folder folder;
  const auto path =
      test_data(GENERATE("music/northbound.mp3", "music/night_train.ogg", "music/mirror_ball.opus",
                         "music/corner_table.flac", "audio/24_bit.flac"));
  CAPTURE(path);
  const auto [reference, rate_hz] = by_its_own(path);
  const auto bytes = std::as_bytes(std::span(reference));
  const auto raw =
      folder.write("mono.f32", {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  // At half the volume, since sox clips what its filter makes louder than full scale.
  auto resampled =
      mono(output_of({"sox", "-D", "-v", "0.5", "-t", "f32", "-c", "1", "-r",
                      std::to_string(rate_hz), raw, "-t", "f32", "-r", "22050", "-", "rate", "-v"}),
           Raw::kF32, 1);
  for (float& sample : resampled) sample *= 2;
  const auto samples = decoded(path, 22050);
  REQUIRE(samples.size() == resampled.size());
  // Two filters differ by some 1e-6, near half the rate alone; in the file where it shows least, a
  // twentieth of a sample would be 2e-4.
  CHECK(distance(samples, resampled) < 1e-5);
}

}  // namespace
}  // namespace aura::audio
