#include "aura/audio/wav.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "files.h"
#include "programs.h"

namespace aura::audio {
namespace {

std::uint64_t number_at(std::string_view bytes, std::size_t at, int count) {
  std::uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i)
    value = value << 8 | static_cast<unsigned char>(bytes.at(at + static_cast<std::size_t>(i)));
  return value;
}

std::string file_of(const WavForm& form, std::span<const float> samples) {
  auto file = wav_header(form);
  if (form.bits == 32)
    append_float(file, samples);
  else
    append_pcm(file, samples, form.bits);
  return file + wav_end(form);
}

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

}  // namespace

TEST_CASE("wav: FFmpeg reads what was written: format, speakers, samples to half a step") {
  const Folder folder;
  const int bits = GENERATE(16, 24, 32);
  const auto [channels, speakers, layout] = GENERATE(table<int, std::uint32_t, std::string>(
      {{1, 0x4, "mono"}, {2, 0x3, "stereo"}, {6, 0x3F, "5.1"}, {6, 0x60F, "5.1(side)"}}));
  CAPTURE(bits, layout);
  std::vector<float> samples;
  for (int i = 0; i < 777 * channels; ++i)
    samples.push_back(std::sin(static_cast<float>(i * i % 1009)));
  const auto path =
      folder.write("a.wav", bytes_of(file_of({{48'000, channels, speakers}, bits, 777}, samples)));
  const auto probed =
      output_of({"ffprobe", "-loglevel", "error", "-show_entries",
                 "stream=codec_name,sample_rate,channels,channel_layout", "-of", "csv=p=0", path});
  // The short header of mono and stereo with 16 bits names no speakers.
  const auto expected = (bits == 32 ? "pcm_f" : "pcm_s") + std::to_string(bits) + "le,48000," +
                        std::to_string(channels) + "," +
                        (channels > 2 || bits > 16 ? layout : "unknown") + "\n";
  CHECK(probed == expected);
  const auto read =
      output_of({"ffmpeg", "-nostdin", "-loglevel", "error", "-i", path, "-f", "f32le", "-"});
  REQUIRE(read.size() == samples.size() * sizeof(float));
  std::vector<float> found(samples.size());
  std::memcpy(found.data(), read.data(), read.size());
  const double half_step = std::ldexp(1.0, -bits);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    // The last step below full scale, and a float's own.
    REQUIRE(std::abs(static_cast<double>(found[i]) - static_cast<double>(samples[i])) <=
            2 * half_step + 1e-7);
  }
}

TEST_CASE("wav: samples beyond full scale are clipped, not wrapped") {
  std::string pcm;
  append_pcm(pcm, std::vector<float>{1.5F, -1.5F, 1, -1, 0}, 16);
  CHECK(pcm == std::string("\xFF\x7F\x00\x80\xFF\x7F\x00\x80\x00\x00", 10));
  pcm.clear();
  append_pcm(pcm, std::vector<float>{1.5F, -1.5F, 0.5F}, 24);
  CHECK(pcm == std::string("\xFF\xFF\x7F\x00\x00\x80\x00\x00\x40", 9));
}

TEST_CASE("wav: floating-point samples are not clipped, and a chunk states their number") {
  const std::vector<float> samples{1.5F, -3.25F, 1e-30F, 0};
  const auto file = file_of({{44'100, 2, 0x3}, 32, 2}, samples);
  CHECK(number_at(file, 4, 4) == file.size() - 8);
  const auto fact = file.find("fact"), data = file.find("data");
  CHECK(number_at(file, fact + 4, 4) == 4);
  CHECK(number_at(file, fact + 8, 4) == 2);
  CHECK(fact + 12 == data);
  CHECK(number_at(file, data + 4, 4) == 16);
  std::vector<float> found(samples.size());
  std::memcpy(found.data(), file.data() + data + 8, 16);
  CHECK(found == samples);
}

TEST_CASE("wav: sizes count what is there, with the byte that makes it even") {
  const WavForm form{{44'100, 1, 0x4}, 24, 5};
  const auto file = file_of(form, std::vector<float>(5, 0.25F));
  CHECK(file.size() % 2 == 0);
  CHECK(number_at(file, 4, 4) == file.size() - 8);
  const auto data = file.find("data");
  CHECK(number_at(file, data + 4, 4) == 15);
  CHECK(data + 8 + 15 + 1 == file.size());
}

TEST_CASE("wav: up to 4 GiB it is a RIFF, beyond an RF64 that states the same") {
  constexpr std::uint64_t kHeadBytes = 44;
  constexpr std::uint64_t kMost = ((std::uint64_t{1} << 32) - 1 - (kHeadBytes - 8)) / 4;
  const auto riff = wav_header({{44'100, 2, 0x3}, 16, kMost});
  CHECK(riff.size() == kHeadBytes);
  CHECK(riff.starts_with("RIFF"));
  CHECK(number_at(riff, 40, 4) == 4 * kMost);
  const auto large = wav_header({{44'100, 2, 0x3}, 16, kMost + 1});
  CHECK(large.starts_with("RF64\xFF\xFF\xFF\xFFWAVEds64"));
  const auto data_bytes = 4 * (kMost + 1);
  CHECK(number_at(large, 20, 8) == large.size() - 8 + data_bytes);
  CHECK(number_at(large, 28, 8) == data_bytes);
  CHECK(number_at(large, 36, 8) == kMost + 1);
  CHECK(number_at(large, large.size() - 4, 4) == 0xFFFFFFFF);
}

TEST_CASE("wav: an RF64 is read by its long sizes") {
  // Of a file that is far shorter than it states, a reader gives what there is.
  const Folder folder;
  const WavForm form{{48'000, 2, 0x3}, 16, std::uint64_t{1} << 31};
  auto file = wav_header(form);
  append_pcm(file, std::vector<float>(96'000, 0.5F), 16);
  const auto path = folder.write("a.wav", bytes_of(file));
  const auto read =
      output_of({"ffmpeg", "-nostdin", "-loglevel", "quiet", "-i", path, "-f", "s16le", "-"});
  CHECK(read.size() == 96'000 * sizeof(std::int16_t));
  const auto probed = output_of({"ffprobe", "-loglevel", "quiet", "-show_entries",
                                 "stream=duration_ts", "-of", "csv=p=0", path});
  CHECK(probed == std::to_string(form.moments) + "\n");
}

}  // namespace aura::audio
