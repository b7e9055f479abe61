#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string_view>

#include "files.h"
#include "ogg.h"
#include "programs.h"
#include "wav.h"

// What Opus files state or leave out and other formats don't (RFC 7845, RFC 6716).

namespace aura::audio {
namespace {

constexpr int kRateHz = 48'000;
constexpr std::uint64_t kPacketSamples = 960;  // of 20 ms

/// A tone of 3 s, silence of 3 s, a tone of 1 s, as opusenc codes them with DTX or without it.
Bytes tones_around_silence(bool with_dtx) {
  auto samples = sine(440, 0.25, kRateHz, kRateHz * std::size_t{3});
  samples.resize(samples.size() + kRateHz * std::size_t{3});
  const auto more = sine(330, 0.25, kRateHz, kRateHz);
  samples.insert(samples.end(), more.begin(), more.end());
  const Folder folder;
  const auto from = folder.write("a.wav", wav(WavFormat::kS16, kRateHz, 1, samples));
  const auto path = folder.path("a.opus");
  output_of({"opusenc", "--quiet", "--speech", "--bitrate", "16", "--set-ctl-int",
             with_dtx ? "4016=1" : "4016=0",  // OPUS_SET_DTX
             from, path});
  return content_of(path);
}

/// Whether an encoder says with `packet` that it begins to send nothing.
bool is_dtx(const Bytes& packet) {
  return packet.size() <= 2;
}

/// The sound in `packets` of 20 ms, behind the headers `head` and `tags`.
Bytes opus_of(const Bytes& head, const Bytes& tags, const std::vector<Bytes>& packets) {
  std::vector<OggPage> pages{{{head}}, {{tags}}};
  for (const auto& packet : packets)
    pages.push_back({{packet}, (pages.size() - 1) * kPacketSamples});
  return ogg_of(pages);
}

/// What of `packets` a sender sends: the first packet of DTX and not those that follow. Others are
/// empty.
std::vector<Bytes> sent_of(std::vector<Bytes> packets) {
  for (std::size_t i = packets.size(); --i > 0;) {
    if (is_dtx(packets[i]) && is_dtx(packets[i - 1])) packets[i].clear();
  }
  return packets;
}

/// A file of `packets`, `per_page` in each page, without those that are empty, over which time goes
/// on.
Bytes with_holes(const Bytes& head, const Bytes& tags, const std::vector<Bytes>& packets,
                 std::size_t per_page) {
  std::vector<OggPage> pages{{{head}}, {{tags}}, {}};
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (packets[i].empty()) continue;
    if (pages.back().packets.size() == per_page) pages.emplace_back();
    pages.back().packets.push_back(packets[i]);
    pages.back().stamp = (i + 1) * kPacketSamples;
  }
  return ogg_of(pages);
}

void check_same(const Bytes& bare, const Bytes& other) {
  const DecodeLimits limits{.sample_rate_hz = kRateHz};
  const auto expected = decode_all(bare, limits);
  const auto got = decode_all(other, limits);
  CHECK(expected.warnings == std::vector<std::string>());
  CHECK(got.warnings == std::vector<std::string>());
  const bool is_same = got.samples == expected.samples;  // not to be printed
  CHECK(is_same);
}

/// `file` with comments.
Bytes with_comments(const Bytes& file, const std::vector<std::string_view>& comments) {
  const auto packets = packets_of(file);
  Bytes tags;
  put(tags, "OpusTags");
  put(tags, 4, 4);
  put(tags, "none");
  put(tags, comments.size(), 4);
  for (const auto comment : comments) {
    put(tags, comment.size(), 4);
    put(tags, comment);
  }
  return opus_of(packets.at(0), tags, {packets.begin() + 2, packets.end()});
}

/// The packets of `file` in WebM, whose blocks have a time stamp each.
Bytes in_webm(const Bytes& file) {
  const Folder folder;
  const auto from = folder.write("a.opus", file);
  const auto path = folder.path("a.webm");
  output_of({"ffmpeg", "-nostdin", "-loglevel", "error", "-i", from, "-c", "copy", path});
  return content_of(path);
}

}  // namespace

TEST_CASE("opus: gains in the comments change nothing") {
  const auto file = tones_around_silence(false);
  const auto bare = with_comments(file, {});
  for (const auto gain : {"-573", "32767", "+3.5 dB", ""}) {
    INFO(gain);
    const auto track = std::string("R128_TRACK_GAIN=") + gain;
    const auto album = std::string("R128_ALBUM_GAIN=") + gain;
    check_same(bare, with_comments(file, {track, album}));
    check_same(bare, with_comments(file, {"REPLAYGAIN_TRACK_GAIN=-6.5 dB", track}));
  }
}

TEST_CASE("opus: with DTX a track lasts as long as without, and nothing is missing") {
  const auto file = tones_around_silence(true);
  const auto packets = packets_of(file);
  REQUIRE(std::count_if(packets.begin(), packets.end(), is_dtx) > 100);
  const auto audio = decode_all(file);
  CHECK(audio.warnings == std::vector<std::string>());
  CHECK(audio.samples.size() == decode_all(tones_around_silence(false)).samples.size());
}

TEST_CASE("opus: what a sender leaves out by DTX is not missing") {
  const auto all = packets_of(tones_around_silence(true));
  const auto packets = sent_of({all.begin() + 2, all.end()});
  auto sent = packets;
  std::erase(sent, Bytes());
  REQUIRE(packets.size() - sent.size() > 100);
  const auto bare = opus_of(all[0], all[1], sent);
  for (const std::size_t per_page : {1U, 10U, 50U}) {
    CAPTURE(per_page);
    const auto file = with_holes(all[0], all[1], packets, per_page);
    check_same(bare, file);
    check_same(in_webm(bare), in_webm(file));
  }
}

TEST_CASE("opus: a hole that no DTX announces is missing") {
  const auto all = packets_of(tones_around_silence(GENERATE(false, true)));
  std::vector<Bytes> packets(all.begin() + 2, all.end());
  std::fill_n(packets.begin() + 20, 50, Bytes());  // a second of the first tone
  const auto audio = decode_all(with_holes(all[0], all[1], packets, 10));
  REQUIRE(audio.warnings.size() == 1);
  CHECK_THAT(audio.warnings[0], Catch::Matchers::Contains("sound is missing"));
}

}  // namespace aura::audio
