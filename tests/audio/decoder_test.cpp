#include "aura/audio/decoder.h"

#include <sys/wait.h>
#include <unistd.h>

#include <dlfcn.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "aura/base/error.h"
#include "aura/test/process.h"
#include "files.h"
#include "wav.h"

namespace {

/// Whether this FFmpeg is one without the SoX resampler.
bool lacks_resampler = false;

}  // namespace

// In the place of FFmpeg's own, which it calls.
extern "C" int swr_init(struct SwrContext* context) {
  using Init = int (*)(struct SwrContext*);
  static const auto own = reinterpret_cast<Init>(dlsym(RTLD_NEXT, "swr_init"));
  return lacks_resampler ? -1 : own(context);
}

namespace aura::audio {
namespace {

constexpr DecodeLimits kAnyLength{.min_duration = {}};

Audio decode_with(const Decoder& decoder, const Spool& file) {
  Audio audio;
  static_cast<Decoded&>(audio) =
      decoder.decode(file, kAnyLength, [&](std::span<const float> block) {
        audio.samples.insert(audio.samples.end(), block.begin(), block.end());
      });
  return audio;
}

std::string code_of(const Decoder& decoder, const Spool& file, const DecodeLimits& limits = {}) {
  try {
    decoder.decode(file, limits, [](auto) {});
  } catch (const JobError& error) {
    return error.code();
  }
  return "";
}

TEST_CASE("decoder: a sandbox can be had where the tests run") {
  const auto decoder = Decoder::sandboxed();
  CHECK(decoder.no_sandbox_reason().empty());
}

TEST_CASE("decoder: an FFmpeg that can't resample is found out before any track") {
  for (const bool is_sandboxed : {false, true}) {
    for (const bool lacks : {false, true}) {
      lacks_resampler = lacks;
      const auto decoder = is_sandboxed ? Decoder::sandboxed() : Decoder();
      if (lacks) {
        CHECK_THROWS_AS(decoder.try_out(), ConfigError);
      } else {
        CHECK_NOTHROW(decoder.try_out());
      }
    }
  }
  lacks_resampler = false;
}

TEST_CASE("decoder: in a sandbox each format gives the very samples that it gives outside") {
  const auto decoder = Decoder::sandboxed();
  auto paths = small_files();
  paths.insert(paths.end(), {"music/night_train.ogg", "music/lake_waltz.wav"});
  for (const auto& path : paths) {
    INFO(path);
    const auto file = read_data(path);
    const auto expected = decode_all(file);
    const auto audio = decode_with(decoder, spooled(file));
    CHECK((audio.samples == expected.samples));
    CHECK(audio.warnings == expected.warnings);
    CHECK((audio.loudness == expected.loudness));
  }
}

TEST_CASE("decoder: in a sandbox a damaged file gives what it gives outside, with the warnings") {
  const auto decoder = Decoder::sandboxed();
  auto file = read_data("music/northbound.mp3");
  std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(file.size() / 2), 4000,
              std::uint8_t{0xA5});
  const auto audio = decode_with(decoder, spooled(file));
  CHECK((audio.samples == decode_all(file).samples));
  CHECK_FALSE(audio.warnings.empty());
}

TEST_CASE("decoder: in a sandbox what is wrong with a file is said as outside") {
  const auto decoder = Decoder::sandboxed();
  const std::string_view text = "no music";
  CHECK(code_of(decoder, spooled({})) == "empty_file");
  CHECK(code_of(decoder, spooled(std::vector<std::uint8_t>(text.begin(), text.end()))) ==
        "not_audio");
  CHECK(code_of(decoder, spooled(read_data("audio/no_sound.mp4"))) == "no_audio_stream");
  CHECK(code_of(decoder, spooled(read_data("audio/16_bit.wav"))) == "audio_too_short");
  const auto minutes =
      spooled(wav(WavFormat::kU8, 8000, 1, std::vector<double>(std::size_t{61} * 8000, 0.1)));
  CHECK(code_of(decoder, minutes, {.max_duration = std::chrono::minutes(1)}) == "audio_too_long");
}

TEST_CASE("decoder: a file in a temporary file is decoded as one in memory") {
  const auto decoder = Decoder::sandboxed();
  const auto file = read_data("audio/plain.mp3");
  Spool on_disk(0);
  on_disk.append(file);
  CHECK((decode_with(decoder, on_disk).samples == decode_with(decoder, spooled(file)).samples));
}

TEST_CASE("decoder: threads that decode in sandboxes at once get what one alone gets", "[tsan]") {
  const auto decoder = Decoder::sandboxed();
  const auto file = spooled(read_data("audio/plain.mp3"));
  const auto alone = decode_with(decoder, file);
  std::vector<Audio> together(4);
  {
    std::vector<std::jthread> threads;
    for (auto& audio : together) threads.emplace_back([&] { audio = decode_with(decoder, file); });
  }
  for (const auto& audio : together) CHECK((audio.samples == alone.samples));
}

TEST_CASE(
    "decoder: a sandbox whose process was killed is known to be lost, the track not to blame") {
  const auto decoder = Decoder::sandboxed();
  CHECK_FALSE(decoder.is_lost());
  const pid_t server = test::child_of(::getpid(), "aura-decoders");
  REQUIRE(::kill(server, SIGKILL) == 0);
  siginfo_t end{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(server), &end, WEXITED | WNOWAIT) == 0);
  CHECK(decoder.is_lost());
  CHECK_THROWS_AS(decoder.decode(spooled(read_data("audio/plain.mp3")), kAnyLength, [](auto) {}),
                  DecoderLost);
}

TEST_CASE("decoder: without a sandbox it decodes all the same, unless one is required") {
  Decoder decoder;
  CHECK_FALSE(decoder.no_sandbox_reason().empty());
  CHECK_FALSE(decoder.is_lost());
  CHECK_FALSE(decode_with(decoder, spooled(read_data("audio/plain.mp3"))).samples.empty());
  CHECK_NOTHROW(decoder.apply(Sandboxing::kAuto));
  CHECK_THROWS_AS(decoder.apply(Sandboxing::kRequire), ConfigError);
}

TEST_CASE("decoder: a sandbox that isn't wanted is given up") {
  auto decoder = Decoder::sandboxed();
  CHECK_NOTHROW(decoder.apply(Sandboxing::kRequire));
  decoder.apply(Sandboxing::kOff);
  CHECK_FALSE(decoder.no_sandbox_reason().empty());
}

}  // namespace
}  // namespace aura::audio
