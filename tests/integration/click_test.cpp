#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iterator>

#include "aura/audio/decode.h"
#include "fixture.h"
#include "wav.h"

namespace aura::test {
namespace {

struct Sound {
  audio::SoundFormat format;
  std::vector<float> samples;
};

constexpr int kRateHz = 48'000;
constexpr double kBeatSeconds = 0.5;
constexpr double kFirstSeconds = 0.7;

/// Twelve seconds of a metronome at 120 BPM, bursts of noise, in stereo.
std::string metronome() {
  constexpr int kSeconds = 12;
  std::vector<double> samples;
  std::uint32_t noise = 1;
  for (int i = 0; i < kSeconds * kRateHz; ++i) {
    const double at_s = static_cast<double>(i) / kRateHz;
    const double since_s = at_s < kFirstSeconds ? 1 : std::fmod(at_s - kFirstSeconds, kBeatSeconds);
    noise = noise * 1'664'525 + 1'013'904'223;
    const double burst =
        (static_cast<double>(noise) / 2'147'483'648.0 - 1) * std::exp(-since_s * 30);
    samples.push_back(burst);
    samples.push_back(burst / 2);
  }
  const auto file = audio::wav(audio::WavFormat::kS16, kRateHz, 2, samples);
  return {file.begin(), file.end()};
}

double peak_of(const Sound& sound) {
  float peak = 0;
  for (const float sample : sound.samples) peak = std::max(peak, std::abs(sample));
  return static_cast<double>(peak);
}

class Click : public Sandbox {
 public:
  Sound sound_of(const std::string& name) const {
    Sound sound;
    audio::decode_interleaved(Spool::open(folder() / name, 1 << 30), {.min_duration = {}}, {},
                              [&](const audio::SoundFormat& format, std::span<const float> block) {
                                sound.format = format;
                                sound.samples.insert(sound.samples.end(), block.begin(),
                                                     block.end());
                              });
    return sound;
  }
  /// The beats that `aura analyze --beats` writes.
  std::vector<double> beats_of(const std::string& file) const {
    CHECK(run({"analyze", file, "--beats", "beats.txt"}).status == ExitStatus{});
    std::vector<double> beats_s;
    for (const auto& line : lines(read_file(folder() / "beats.txt")))
      beats_s.push_back(std::stod(line));
    return beats_s;
  }
  std::size_t file_count() const {
    const std::filesystem::directory_iterator files(folder());
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }
};

}  // namespace

TEST_CASE_METHOD(Click, "click: a metronome gets a click at each beat of analyze") {
  const auto file = write("metronome.wav", metronome());
  const auto finished = run({"click", file, "-o", "clicks.wav", "--clicks-only"});
  CHECK(finished.status == ExitStatus{});
  CHECK(finished.output.empty());
  const auto beats_s = beats_of(file);
  REQUIRE(beats_s.size() >= 20);
  CHECK(finished.error == "aura: metronome.wav: " + std::to_string(beats_s.size()) + " clicks\n");
  const auto clicks = sound_of("clicks.wav");
  CHECK(clicks.format.sample_rate_hz == kRateHz);
  CHECK(clicks.format.channels == 2);
  CHECK(clicks.samples.size() == 2 * 12 * kRateHz);
  // A click begins with its peak, after silence.
  std::vector<double> starts;
  for (std::size_t i = 0; i < clicks.samples.size() / 2; ++i)
    if (clicks.samples[2 * i] > 0.49F) starts.push_back(static_cast<double>(i));
  REQUIRE(starts.size() == beats_s.size());
  for (std::size_t beat = 0; beat < starts.size(); ++beat) {
    // The nearest sample; the labels are rounded to microseconds.
    CHECK(std::abs(starts[beat] - beats_s[beat] * kRateHz) <= 0.5 + 0.5e-6 * kRateHz);
    // And so at the metronome's time, to a hop of the analysis.
    const double phase = std::remainder(starts[beat] / kRateHz - kFirstSeconds, kBeatSeconds);
    CHECK(std::abs(phase) < 512.0 / 22'050);
  }
}

TEST_CASE_METHOD(Click, "click: the music is in it, quieter by what is said, and nothing clips") {
  const auto file = write("metronome.wav", metronome());
  const auto finished = run({"click", file, "-o", "clicks.wav"});
  CHECK(finished.status == ExitStatus{});
  const auto music = sound_of("metronome.wav"), mixed = sound_of("clicks.wav");
  const double peak = peak_of(music);
  // The clicks are as loud, and both together reach -0.1 dBFS.
  const double gain = 0.9886 / (2 * peak);
  std::array<char, 50> level{};
  std::snprintf(level.data(), level.size(), "%.1f dB", -20 * std::log10(gain));
  CHECK(contains(finished.error, "; the music is " + std::string(level.data()) +
                                     " quieter, so that nothing clips\n"));
  REQUIRE(mixed.samples.size() == music.samples.size());
  CHECK(peak_of(mixed) < 0.99);
  // From 60 ms behind a beat to the next beat there is music alone.
  for (const double beat_s : beats_of(file)) {
    const auto begin = static_cast<std::size_t>((beat_s + 0.1) * kRateHz);
    for (std::size_t i = 2 * begin; i < 2 * begin + kRateHz / 5 && i < mixed.samples.size(); ++i)
      REQUIRE(mixed.samples[i] ==
              Approx(gain * static_cast<double>(music.samples[i])).margin(1.0 / 32'768));
  }
}

TEST_CASE_METHOD(Click, "click: measures no file twice with --cache") {
  const auto file = write("metronome.wav", metronome());
  CHECK(run({"click", file, "-o", "first.wav", "--cache", "cache"}).status == ExitStatus{});
  const auto cached = run({"analyze", file, "--cache", "cache"});
  CHECK(contains(cached.output, "Cache             hit"));
  CHECK(run({"click", file, "-o", "second.wav", "--cache", "cache"}).status == ExitStatus{});
  CHECK(read_file(folder() / "second.wav") == read_file(folder() / "first.wav"));
}

TEST_CASE_METHOD(Click, "click: a track without beats is named, and no file is written") {
  const auto file = write("silence.wav", silence(3));
  const auto finished = run({"click", file, "-o", "clicks.wav"});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(contains(finished.error, "silence.wav: no beats were found in this track"));
  CHECK(lines(finished.error).size() == 1);
  CHECK(file_count() == 1);
}

TEST_CASE_METHOD(Click, "click: replaces a file once there is another, and never the track") {
  const auto file = write("metronome.wav", metronome());
  const auto before = read_file(file);
  const auto finished = run({"click", file, "-o", "./metronome.wav"});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(finished.error == "aura: the clicks would overwrite the track: give -o another name\n");
  CHECK(read_file(file) == before);
  const auto old = write("clicks.wav", "old");
  CHECK(run({"click", write("text.mp3", "no music"), "-o", old}).status == ExitStatus{1, 0});
  CHECK(read_file(old) == "old");
  CHECK(run({"click", file, "-o", old}).status == ExitStatus{});
  CHECK(read_file(old).starts_with("RIFF"));
  CHECK(file_count() == 3);  // nothing is left beside them
  CHECK(run({"click", file, "-o", "/dev/stdout"}).output == read_file(old));
}

TEST_CASE_METHOD(Click, "click: a disk without space leaves nothing") {
  const auto file = write("metronome.wav", metronome());
  const auto finished = run({"click", file, "-o", "/dev/full"});
  CHECK(finished.status == ExitStatus{1, 0});
  CHECK(contains(finished.error, "/dev/full can't be written"));
  const auto unwritable = run({"click", file, "-o", "no/such/folder.wav"});
  CHECK(unwritable.status == ExitStatus{1, 0});
  CHECK(contains(unwritable.error, "no/such/folder.wav can't be written"));
  CHECK(file_count() == 1);
}

TEST_CASE_METHOD(Click, "click: several tracks get a file each, and a failure stops no other") {
  std::filesystem::create_directory(folder() / "music");
  write("music/a.wav", metronome());
  write("music/b.wav", metronome());
  write("music/text.wav", "no music");
  const auto finished = run({"click", "music", "-o", "clicks"});
  CHECK(finished.status == ExitStatus{1, 0});
  REQUIRE(lines(finished.error).size() == 3);
  CHECK(contains(lines(finished.error)[2], "text.wav: this is not audio"));
  CHECK(read_file(folder() / "clicks/a.wav.click.wav") ==
        read_file(folder() / "clicks/b.wav.click.wav"));
  CHECK(!std::filesystem::exists(folder() / "clicks/text.wav.click.wav"));
  CHECK(sound_of("clicks/a.wav.click.wav").samples.size() == 2 * 12 * kRateHz);
}

}  // namespace aura::test
