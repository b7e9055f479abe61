#include "sandbox.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <thread>

#include "aura/audio/decoder.h"
#include "aura/base/error.h"
#include "aura/test/process.h"
#include "decode_messages.h"
#include "files.h"
#include "source_values.h"

namespace aura::audio {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// What a test's child does in the place of decoding.
enum class Deed : unsigned char {
  kBehave,
  kFail,
  kCrash,
  kThrow,
  kExit,
  kLoop,
  kSleep,
  kHoldMemory,
  kOpenFile,
  kWriteToInput,
  kOpenSocket,
  kFork,
  kKill,
  kExecute,
  kMakeCode,
  kLookAtEnvironment,
  kSayNonsense,
  kSayTooMuch,
  kSayNoSize,
  kSayNoNumber,
  kSayNoCode,
  kSayNoLoudness,
  kSayEndlessLoudness,
  kSayOddSource,
  kSayNoCodec,
  kSayFewTags,
  kSayFormat,
  kSayFormatTwice,
  kSayFormatLate,
  kSayNoFormat,
  kSayNoChannels,
  kSayManyChannels,
  kSayNoRate,
  kSayOddSpeakers,
  kSayShortFormat,
  kSayPartOfMoment,
  kTellTags,
  kEndAmidWord,
  kSpeakForEver,
  kHangUp,
};

const std::vector<float> kSound(50'000, 0.25F);
const dsp::Loudness kLoudness{-14.5, std::nullopt, 0.25};
const Source kSource{.codec = "mp3",
                     .is_lossless = false,
                     .sample_rate_hz = 44'100,
                     .channels = 2,
                     .bits_per_sample = {},
                     .bit_rate_bps = 192'000,
                     .start_silence_s = 0.5,
                     .end_silence_s = 1.25,
                     .dc_offset = 0.125,
                     .clipped_runs = 7,
                     .balance_db = {},
                     .correlation = -0.5,
                     .width_db = -12.5,
                     .cutoff_hz = 16'000,
                     .cutoff_db = 33};
const Tags kToldTags{.title = "a\x1btitle",
                     .artist = std::string(2 * kMaxTagBytes, 'a'),
                     .album = {},
                     .genre = {},
                     .isrc = {},
                     .year = 1999};

void say(std::uint32_t kind, std::uint32_t bytes, std::string_view text = {}) {
  const std::array header{kind, bytes};
  static_cast<void>(::write(kChildSocket, header.data(), sizeof header) == 0);
  static_cast<void>(::write(kChildSocket, text.data(), text.size()) == 0);
}

/// As the result of decoding: loudness and source, all 0 but number `i`, then `text`.
void say_numbers(std::size_t i, double number, std::string_view text) {
  std::array<double, 3 + std::tuple_size_v<SourceNumbers>> numbers{};
  numbers.at(i) = number;
  std::string told(reinterpret_cast<const char*>(numbers.data()), sizeof numbers);
  told += text;
  constexpr std::uint32_t kDone = 2;
  say(kDone, static_cast<std::uint32_t>(told.size()), told);
}

void say_format(const SoundFormat& format, std::uint32_t bytes = sizeof(SoundFormat)) {
  constexpr std::uint32_t kFormat = 5;
  say(kFormat, bytes, {reinterpret_cast<const char*>(&format), bytes});
}

/// As a process that sends interleaved samples.
void speak_interleaved(Deed deed) {
  constexpr std::uint32_t kSamples = 1;
  constexpr SoundFormat kStereo{44'100, 2, 3};
  if (deed == Deed::kSayFormatLate) say(kSamples, 8);
  if (deed == Deed::kSayNoChannels) return say_format({44'100, 0});
  if (deed == Deed::kSayManyChannels) return say_format({44'100, kMaxChannels + 1});
  if (deed == Deed::kSayNoRate) return say_format({0, 2});
  if (deed == Deed::kSayOddSpeakers) return say_format({44'100, 2, 7});
  if (deed == Deed::kSayShortFormat) return say_format(kStereo, 8);
  if (deed != Deed::kSayNoFormat) say_format(kStereo);
  if (deed == Deed::kSayFormatTwice) say_format(kStereo);
  say(kSamples, deed == Deed::kSayPartOfMoment ? 12 : 8);
  say_numbers(6, 16, "flac\n");  // bits per sample
}

[[noreturn]] void loop() {
  for (std::atomic<unsigned> turns = 0;;) ++turns;
}

/// Fails with what the system said, if it let us live to say it.
void report(const char* what, long result) {
  if (result >= 0) throw JobError("allowed", what, Retry::kNo);
  throw JobError(errno == EACCES ? "access_denied" : "other_error", what, Retry::kNo);
}

Decoded act(Deed deed, const SampleSink& sink) {
  sink(kSound);
  switch (deed) {
    case Deed::kFail:
      throw JobError("some_code", "it\x1b went\nwrong", Retry::kYes);
    case Deed::kCrash:
      *static_cast<volatile int*>(nullptr) = 1;
      break;
    case Deed::kThrow:
      throw std::logic_error("nobody catches this");
    case Deed::kExit:
      ::_exit(0);
    case Deed::kLoop:
      loop();
    case Deed::kSleep: {
      // Nobody says anything to it.
      std::array<char, 100> heard{};
      while (::read(kChildSocket, heard.data(), heard.size()) > 0) {
      }
      break;
    }
    case Deed::kHoldMemory:
      for (std::vector<std::vector<char>> held;;) held.emplace_back(1 << 20, 'x');
    case Deed::kOpenFile:
      report("open", ::open("/etc/hostname", O_RDONLY));
      break;
    case Deed::kWriteToInput:
      report("write", ::write(kChildInput, "x", 1));
      break;
    case Deed::kOpenSocket:
      report("socket", ::socket(AF_INET, SOCK_STREAM, 0));
      break;
    case Deed::kFork:
      report("fork", ::fork());
      break;
    case Deed::kKill:
      report("kill", ::kill(1, 0));
      break;
    case Deed::kExecute:
      report("execl", ::execl("/bin/true", "true", nullptr));
      break;
    case Deed::kMakeCode: {
      const void* code = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      report("mmap", code == MAP_FAILED ? -1 : 0);
      break;
    }
    case Deed::kLookAtEnvironment:
      if (std::getenv("PATH") != nullptr) throw JobError("allowed", "environment", Retry::kNo);
      break;
    default:
      break;
  }
  return {{"a warning"}, kLoudness, kSource};
}

void speak(Deed deed, std::span<std::byte> shared) {
  const auto put = [&](float sample) { std::memcpy(shared.data(), &sample, sizeof sample); };
  constexpr std::uint32_t kSamples = 1;
  constexpr std::uint32_t kDone = 2;
  constexpr std::uint32_t kFailed = 3;
  constexpr std::uint32_t kTags = 4;
  switch (deed) {
    case Deed::kSayNonsense:
      return say(77, 4, "hey!");
    case Deed::kSayTooMuch:
      return say(kSamples, ForkServer::kSharedBytes);
    case Deed::kSayNoSize:
      return say(kSamples, 3);
    case Deed::kSayNoNumber:
      put(std::numeric_limits<float>::quiet_NaN());
      return say(kSamples, 4);
    case Deed::kSayNoCode:
      return say(kFailed, 20, "<b>Code</b>\nfinal\nwhy");
    case Deed::kSayNoLoudness:
      return say(kDone, 10, "a warning\n");
    case Deed::kSayEndlessLoudness:
      return say_numbers(2, std::numeric_limits<double>::infinity(), "mp3\n");
    case Deed::kSayOddSource:
      return say_numbers(13, 1.5, "mp3\n");  // a correlation
    case Deed::kSayNoCodec:
      return say_numbers(0, -20, "<b>mp3</b>\n");
    case Deed::kSayFewTags:
      return say(kTags, 10, "one\ntwo\n\n\n");
    case Deed::kSayFormat:
    case Deed::kSayFormatTwice:
    case Deed::kSayFormatLate:
    case Deed::kSayNoFormat:
    case Deed::kSayNoChannels:
    case Deed::kSayManyChannels:
    case Deed::kSayNoRate:
    case Deed::kSayOddSpeakers:
    case Deed::kSayShortFormat:
    case Deed::kSayPartOfMoment:
      return speak_interleaved(deed);
    case Deed::kTellTags:
      return answer(shared, [] { return kToldTags; });
    case Deed::kEndAmidWord:
      return say(kFailed, 1000, "some");
    case Deed::kSpeakForEver:
      while (true) say(kSamples, 4);
    case Deed::kHangUp:
      ::close(kChildSocket);
      loop();
    default:
      return answer(shared, [&](const SampleSink& sink) { return act(deed, sink); });
  }
}

Sandbox::Limits limits() {
  return {.memory_bytes = std::uint64_t{256} << 20,
          .cpu_time_base = seconds(60),
          .patience = seconds(60)};
}

class Box {
 public:
  explicit Box(const Sandbox::Limits& limits = audio::limits())
      : sandbox_([](std::span<const std::byte> request,
                    std::span<std::byte> shared) { speak(static_cast<Deed>(request[0]), shared); },
                 limits) {}

  Decoded run(
      Deed deed, const SampleSink& sink = [](auto) {}, const std::stop_token& stop = {}) const {
    return sandbox_.run(std::as_bytes(std::span(&deed, 1)), spooled({}), kMaxSamples, sink, stop)
        .decoded;
  }
  Tags tags_of(Deed deed) const {
    return sandbox_.run(std::as_bytes(std::span(&deed, 1)), spooled({}), 0, [](auto) {}, {}).tags;
  }

  /// The code of the error of a child that is to send interleaved samples; empty if there is none.
  std::string interleaved(Deed deed, const SoundFormat& wanted = {},
                          seconds max_duration = seconds(1)) const try {
    sandbox_.run_interleaved(std::as_bytes(std::span(&deed, 1)), spooled({}), wanted, max_duration,
                             [](const SoundFormat&, auto) {}, {});
    return "";
  } catch (const JobError& error) {
    return error.code();
  }

  /// The error of a child that does `deed`. Another one must do well after it.
  JobError error_of(Deed deed) const {
    std::optional<JobError> error;
    try {
      run(deed);
    } catch (const JobError& thrown) {
      error = thrown;
    }
    CHECK(run(Deed::kBehave).warnings == std::vector<std::string>{"a warning"});
    REQUIRE(error);
    return *error;
  }

  static constexpr std::uint64_t kMaxSamples = 100'000;

 private:
  Sandbox sandbox_;
};

TEST_CASE("sandbox: samples, warnings, loudness and source come through") {
  std::vector<float> samples;
  const auto decoded = Box().run(Deed::kBehave, [&](std::span<const float> block) {
    samples.insert(samples.end(), block.begin(), block.end());
  });
  CHECK((samples == kSound));
  CHECK(decoded.warnings == std::vector<std::string>{"a warning"});
  CHECK((decoded.loudness == kLoudness));
  CHECK((decoded.source == kSource));
}

TEST_CASE("sandbox: tags come through, and nothing in them but text") {
  const auto tags = Box().tags_of(Deed::kTellTags);
  CHECK(tags.title == "a title");
  CHECK(tags.artist == std::string(kMaxTagBytes, 'a'));
  CHECK(tags.album.empty());
  CHECK(tags.year == 1999);
}

TEST_CASE("sandbox: a child's error comes through, on one line") {
  const auto error = Box().error_of(Deed::kFail);
  CHECK(error.code() == "some_code");
  CHECK(std::string(error.what()) == "it  went wrong");
  CHECK(error.retryable());
}

TEST_CASE("sandbox: a child that crashes costs its track, not its starter") {
  const auto error = Box().error_of(GENERATE(Deed::kCrash, Deed::kThrow, Deed::kExit));
  CHECK(error.code() == "decoder_crashed");
  CHECK_FALSE(error.retryable());
}

TEST_CASE("sandbox: a child that loops runs out of processor time") {
  auto few = limits();
  few.cpu_time_base = seconds(1);
  const auto error = Box(few).error_of(Deed::kLoop);
  CHECK(error.code() == "decode_timeout");
  CHECK_FALSE(error.retryable());
}

TEST_CASE("sandbox: a child that says nothing is not waited for") {
  auto few = limits();
  few.patience = milliseconds(300);
  CHECK(Box(few).error_of(Deed::kSleep).code() == "decode_timeout");
}

TEST_CASE("sandbox: a child that takes memory without end gets no more") {
  if (kSanitized) return;  // they need terabytes of it for themselves
  const auto error = Box().error_of(Deed::kHoldMemory);
  CHECK(error.code() == "decode_memory");
  CHECK_FALSE(error.retryable());
}

TEST_CASE("sandbox: a child can open no file") {
  CHECK(Box().error_of(Deed::kOpenFile).code() == "access_denied");
}

TEST_CASE("sandbox: a child that tries what no decoder does is ended") {
  const auto deed = GENERATE(Deed::kWriteToInput, Deed::kOpenSocket, Deed::kFork, Deed::kKill,
                             Deed::kExecute, Deed::kMakeCode);
  CAPTURE(static_cast<int>(deed));
  CHECK(Box().error_of(deed).code() == "decoder_crashed");
}

TEST_CASE("sandbox: a child has nothing of its starter's environment") {
  CHECK_NOTHROW(Box().run(Deed::kLookAtEnvironment));
}

TEST_CASE("sandbox: what a child makes up is not believed") {
  const auto deed = GENERATE(Deed::kSayNonsense, Deed::kSayTooMuch, Deed::kSayNoSize,
                             Deed::kSayNoNumber, Deed::kSayNoCode, Deed::kSayNoLoudness,
                             Deed::kSayEndlessLoudness, Deed::kSayOddSource, Deed::kSayNoCodec,
                             Deed::kSayFewTags, Deed::kEndAmidWord, Deed::kSpeakForEver);
  CAPTURE(static_cast<int>(deed));
  CHECK(Box().error_of(deed).code() == "decoder_crashed");
}

TEST_CASE("sandbox: a format comes before interleaved samples, once, and is one of sound") {
  const Box box;
  CHECK(box.interleaved(Deed::kSayFormat).empty());
  const auto deed = GENERATE(Deed::kSayFormatTwice, Deed::kSayFormatLate, Deed::kSayNoFormat,
                             Deed::kSayNoChannels, Deed::kSayManyChannels, Deed::kSayNoRate,
                             Deed::kSayOddSpeakers, Deed::kSayShortFormat, Deed::kSayPartOfMoment);
  CAPTURE(static_cast<int>(deed));
  CHECK(box.interleaved(deed) == "decoder_crashed");
}

TEST_CASE("sandbox: interleaved samples are of the wanted format and no more than allowed") {
  const Box box;
  CHECK(box.interleaved(Deed::kSayFormat, {44'100, 2}).empty());
  CHECK(box.interleaved(Deed::kSayFormat, {48'000, 2}) == "decoder_crashed");
  CHECK(box.interleaved(Deed::kSayFormat, {44'100, 1}) == "decoder_crashed");
  CHECK(box.interleaved(Deed::kSayFormat, {}, seconds(0)) == "decoder_crashed");
  // Mono comes without a format.
  CHECK(box.error_of(Deed::kSayFormat).code() == "decoder_crashed");
}

TEST_CASE("sandbox: a child that hangs up is not waited for") {
  CHECK_THROWS_AS(Box().run(Deed::kHangUp), JobError);
}

TEST_CASE("sandbox: what the sink throws comes through, and the next track is decoded") {
  const Box box;
  CHECK_THROWS_AS(box.run(Deed::kBehave, [](auto) { throw std::length_error("full"); }),
                  std::length_error);
  CHECK_NOTHROW(box.run(Deed::kBehave));
}

TEST_CASE("sandbox: a stop ends a child that doesn't end", "[tsan]") {
  const Box box;
  std::stop_source stop;
  // It loops once it has said this, so that what ends it is the stop.
  const auto stop_soon = [&](auto) { stop.request_stop(); };
  CHECK_THROWS_AS(box.run(Deed::kSpeakForEver, stop_soon, stop.get_token()), Stopped);
  std::jthread stopper;
  std::stop_source other;
  stopper = std::jthread([&] { other.request_stop(); });
  CHECK_THROWS_AS(box.run(
                      Deed::kLoop, [](auto) {}, other.get_token()),
                  Stopped);
}

TEST_CASE("sandbox: a child that goes with the process that started it is not to blame") {
  const Box box;
  const auto kill_server = [](auto) {
    ::kill(test::child_of(::getpid(), "aura-decoders"), SIGKILL);
  };
  // Waits for us until it is killed too, or is in the midst of speaking.
  CHECK_THROWS_AS(box.run(GENERATE(Deed::kSleep, Deed::kLoop), kill_server), DecoderLost);
  CHECK_THROWS_AS(box.run(Deed::kBehave), DecoderLost);
}

TEST_CASE("sandbox: works where standard streams are closed, and ends") {
  const int closed = GENERATE(1, 2, 3);  // the last closes standard error too
  const pid_t process = ::fork();
  if (process == 0) {
    ::alarm(60);
    for (int stream = 0; stream < closed; ++stream) ::close(stream);
    for (int other = STDERR_FILENO + 1; other < 100; ++other) ::close(other);
    bool is_well = false;
    {
      const Box box;
      is_well = box.run(Deed::kBehave).warnings.size() == 1;
    }
    ::_exit(is_well ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(process, &status, 0) == process);
  INFO(closed << " streams closed, status " << status);
  CHECK(status == 0);
}

TEST_CASE("sandbox: many threads start children at once", "[tsan]") {
  const Box box;
  std::atomic<int> well = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 5; ++k)
          well += static_cast<int>(box.run(Deed::kBehave).warnings.size());
      });
    }
  }
  CHECK(well == 40);
}

}  // namespace
}  // namespace aura::audio
