#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <string_view>

#include "files.h"
#include "programs.h"

// The encoder's delay and padding, as files state them: in an edit list (MP4), in iTunes' comment
// "iTunSMPB", in LAME's part of the first frame (MP3).

namespace aura::audio {
namespace {

constexpr int kRateHz = 44'100;
constexpr std::size_t kAacBlock = 1024;
constexpr std::size_t kDecoderDelay = 529;  // of MP3, beside the encoder's that LAME states

Bytes text(std::string_view bytes) {
  return {bytes.begin(), bytes.end()};
}

/// The comment as iTunes writes it.
std::string smpb(std::size_t delay, std::size_t padding, std::size_t samples) {
  std::array<char, 80> line{};
  std::snprintf(line.data(), line.size(), " 00000000 %08zX %08zX %016zX", delay, padding, samples);
  std::string comment = line.data();
  for (int i = 0; i < 8; ++i) comment += " 00000000";
  return comment;
}

Bytes box(std::string_view name, const Bytes& body) {
  Bytes bytes;
  put_big_endian(bytes, 8 + body.size(), 4);
  put(bytes, name);
  return std::move(bytes) + body;
}

const Bytes kZeros(4, 0);

/// iTunes' metadata with a comment of its own.
Bytes itunes_metadata(std::string_view name, std::string_view value) {
  const auto handler = box("hdlr", kZeros + kZeros + text("mdirappl") + kZeros + kZeros + Bytes{0});
  const auto item = box("----", box("mean", kZeros + text("com.apple.iTunes")) +
                                    box("name", kZeros + text(name)) +
                                    box("data", Bytes{0, 0, 0, 1} + kZeros + text(value)));
  return box("udta", box("meta", kZeros + handler + box("ilst", item)));
}

/// `file`, an M4A that ends with its box "moov", with `more` at that box's end.
Bytes with_in_moov(Bytes file, const Bytes& more) {
  const auto name = text("moov");
  const auto at = std::search(file.begin(), file.end(), name.begin(), name.end());
  REQUIRE(at - file.begin() >= 4);
  const auto size = static_cast<std::size_t>(file.end() - at) + 4;
  Bytes stated;
  put_big_endian(stated, size, 4);
  REQUIRE(std::equal(stated.begin(), stated.end(), at - 4));
  stated.clear();
  put_big_endian(stated, size + more.size(), 4);
  std::copy(stated.begin(), stated.end(), at - 4);
  return std::move(file) + more;
}

Bytes m4a(bool with_edit_list) {
  return coded_music("a.m4a", 2,
                     {"-c:a", "aac", "-ar", std::to_string(kRateHz), "-fflags", "+bitexact",
                      "-map_metadata", "-1", "-use_editlist", with_edit_list ? "1" : "0"});
}

std::vector<float> samples_of(const Bytes& file) {
  const auto audio = decode_all(file, {.sample_rate_hz = kRateHz});
  CHECK(audio.warnings == std::vector<std::string>());
  return audio.samples;
}

void check_equal(const std::vector<float>& samples, std::span<const float> expected) {
  CHECK(samples.size() == expected.size());
  const bool is_same = std::equal(samples.begin(), samples.end(), expected.begin(), expected.end());
  CHECK(is_same);  // not to be printed
}

Bytes mp3(bool with_lame_numbers) {
  return coded_music("a.mp3", 2,
                     {"-c:a", "libmp3lame", "-ar", std::to_string(kRateHz), "-id3v2_version", "0",
                      "-write_xing", with_lame_numbers ? "1" : "0"});
}

/// `file`, an MP3 whose first frame has LAME's part, with these numbers of samples in it.
Bytes with_lame_numbers(Bytes file, std::size_t delay, std::size_t padding) {
  const auto name = text("Lavc");  // in the place of "LAME"
  const auto at = std::search(file.begin(), file.end(), name.begin(), name.end());
  REQUIRE(file.end() - at > 24);
  Bytes numbers;
  put_big_endian(numbers, delay << 12 | padding, 3);
  std::copy(numbers.begin(), numbers.end(), at + 21);
  return file;
}

/// An ID3v2 tag that is a comment with this description.
Bytes id3v2_comment(std::string_view description, std::string_view value) {
  Bytes body = text(std::string_view("\0eng", 4)) + text(description) + Bytes{0} + text(value);
  Bytes frame = text("COMM");
  put_big_endian(frame, body.size(), 4);
  frame = std::move(frame) + Bytes{0, 0} + body;
  REQUIRE(frame.size() < 1 << 14);
  return text("ID3") +
         Bytes{3,
               0,
               0,
               0,
               0,
               static_cast<std::uint8_t>(frame.size() >> 7),
               static_cast<std::uint8_t>(frame.size() & 0x7F)} +
         frame;
}

/// `file` with iTunes' comment.
Bytes with_smpb(const Bytes& file, std::string_view value) {
  return with_in_moov(file, itunes_metadata("iTunSMPB", value));
}

}  // namespace

// FFmpeg, and so librosa, cuts the delay of an M4A and leaves its padding.

TEST_CASE("gapless: an M4A's edit list and iTunes' comment cut the delay once") {
  const auto file = m4a(true);
  const auto expected = samples_of(file);
  REQUIRE(expected.size() / kAacBlock == 2 * kRateHz / kAacBlock + 1);
  const auto padding = expected.size() - 2 * kRateHz;
  check_equal(samples_of(with_smpb(file, smpb(kAacBlock, padding, 2 * kRateHz))), expected);
}

TEST_CASE("gapless: iTunes' comment alone cuts an M4A's delay") {
  const auto file = m4a(false);
  const auto all = samples_of(file);
  check_equal(samples_of(m4a(true)), std::span(all).subspan(kAacBlock));
  for (const std::size_t delay : {0U, 1U, 1024U, 2112U}) {
    CAPTURE(delay);
    const auto samples = samples_of(with_smpb(file, smpb(delay, 500, all.size() - delay - 500)));
    check_equal(samples, std::span(all).subspan(delay));
  }
}

TEST_CASE("gapless: a comment of iTunes that states nonsense cuts nothing") {
  const auto file = m4a(false);
  const auto all = samples_of(file);
  for (const auto* value : {"", "gapless", " 00000000 FFFFFFFF 00000000 0000000000000000",
                            " 00000000 00010000 00010000 0000000000000001", " 00000000 00000840"}) {
    CAPTURE(value);
    check_equal(samples_of(with_smpb(file, value)), all);
  }
}

TEST_CASE("gapless: LAME's delay and padding are cut off an MP3, and nothing else") {
  const auto bare = mp3(false);
  const auto all = samples_of(bare);
  const auto file = mp3(true);
  REQUIRE(file.size() > bare.size());
  REQUIRE(
      std::equal(bare.begin(), bare.end(), file.end() - static_cast<std::ptrdiff_t>(bare.size())));
  check_equal(samples_of(file), std::span(all).subspan(1105, 2 * kRateHz));
  for (const std::size_t delay : {0U, 576U, 1105U, 4095U}) {
    for (const std::size_t padding : {0U, 528U, 529U, 1000U, 4095U}) {
      CAPTURE(delay, padding);
      const auto begin = delay + kDecoderDelay;
      const auto end = all.size() - (padding > kDecoderDelay ? padding - kDecoderDelay : 0);
      check_equal(samples_of(with_lame_numbers(file, delay, padding)),
                  std::span(all).subspan(begin, end - begin));
    }
  }
}

TEST_CASE("gapless: iTunes' comment changes no MP3") {
  for (const bool has_lame_numbers : {false, true}) {
    const auto file = mp3(has_lame_numbers);
    const auto expected = samples_of(file);
    for (const std::size_t delay : {0U, 576U, 1105U})
      check_equal(samples_of(id3v2_comment("iTunSMPB", smpb(delay, 1000, 80'000)) + file),
                  expected);
  }
}

}  // namespace aura::audio
