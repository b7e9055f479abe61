#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>

#include "aura/base/file_start.h"
#include "files.h"
#include "programs.h"

// Two seconds of one tone in every format that is taken, from 8 to 192 kHz and from mono to 7.1.

namespace aura::audio {
namespace {

constexpr double kSeconds = 2;
constexpr double kFrequencyHz = 440;
constexpr double kAmplitude = 0.25;
constexpr std::size_t kRateHz = 22050;

enum class Coding { kLossless, kLossy };

/// A file that FFmpeg makes: its sound, and how it is coded.
struct Made {
  std::string name;
  int rate_hz;
  std::string layout;
  std::vector<std::string> options;
  Coding coding = Coding::kLossy;
};

struct Layout {
  const char* name;
  int channels;
  int low_frequency;  ///< its place; -1: none
};
constexpr std::array kLayouts{Layout{"mono", 1, -1}, Layout{"stereo", 2, -1},  Layout{"2.1", 3, 2},
                              Layout{"quad", 4, -1}, Layout{"5.0", 5, -1},     Layout{"5.1", 6, 3},
                              Layout{"7.1", 8, 3},   Layout{"7.1(wide)", 8, 3}};

const Layout& layout_of(const Made& made) {
  return *std::find_if(kLayouts.begin(), kLayouts.end(),
                       [&](const Layout& layout) { return layout.name == made.layout; });
}

/// The tone in every channel but that for low frequencies, which codecs cut off above 120 Hz.
std::string source_of(const Made& made) {
  const auto& layout = layout_of(made);
  std::string source = "aevalsrc=";
  for (int channel = 0; channel < layout.channels; ++channel) {
    if (channel > 0) source += '|';
    source += channel == layout.low_frequency ? "0" : "0.25*sin(2*PI*440*t)";
  }
  return source + ":s=" + std::to_string(made.rate_hz) + ":d=2:c=" + layout.name;
}

double amplitude_of(const Made& made) {
  const auto& layout = layout_of(made);
  return layout.low_frequency < 0 ? kAmplitude
                                  : kAmplitude * (layout.channels - 1) / layout.channels;
}

std::vector<Made> every_format() {
  using Options = std::vector<std::string>;
  std::vector<Made> all;
  const auto add = [&](const std::string& extension, int rate_hz, const std::string& layout,
                       const Options& options, Coding coding) {
    all.push_back({std::to_string(all.size()) + extension, rate_hz, layout, options, coding});
  };
  const auto lossless = [&](const char* extension, int rate_hz, const char* layout,
                            const Options& options) {
    add(extension, rate_hz, layout, options, Coding::kLossless);
  };
  const auto lossy = [&](const char* extension, int rate_hz, const char* layout,
                         const Options& options) {
    add(extension, rate_hz, layout, options, Coding::kLossy);
  };

  for (const char* codec : {"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le",
                            "pcm_f64le", "pcm_mulaw", "pcm_alaw"}) {
    lossless(".wav", 44100, "stereo", {"-c:a", codec});
  }
  for (const int rate_hz :
       {8000, 11025, 16000, 22050, 24000, 32000, 48000, 88200, 96000, 176400, 192000}) {
    lossless(".wav", rate_hz, "mono", {"-c:a", "pcm_s16le"});
    lossless(".flac", rate_hz, "stereo", {"-c:a", "flac", "-sample_fmt", "s32"});
  }
  // With so many channels the header is an extensible one.
  for (const char* layout : {"2.1", "quad", "5.0", "5.1", "7.1"}) {
    lossless(".wav", 48000, layout, {"-c:a", "pcm_s24le"});
    lossless(".flac", 48000, layout, {"-c:a", "flac"});
  }
  lossless(".wav", 48000, "stereo", {"-c:a", "pcm_s16le", "-rf64", "always"});
  lossless(".w64", 48000, "stereo", {"-c:a", "pcm_s16le"});
  for (const char* codec : {"pcm_s16be", "pcm_s24be", "pcm_s32be", "pcm_f32be", "pcm_s16le"})
    lossless(".aiff", 44100, "stereo", {"-c:a", codec});
  lossless(".au", 44100, "stereo", {"-c:a", "pcm_s16be"});
  lossless(".caf", 44100, "stereo", {"-c:a", "pcm_s16be"});
  for (const auto* layout : {"mono", "stereo", "5.1", "7.1(wide)"})
    lossless(".m4a", 48000, layout, {"-c:a", "alac"});
  lossless(".m4a", 96000, "stereo", {"-c:a", "alac", "-sample_fmt", "s32p"});
  lossless(".wv", 44100, "stereo", {"-c:a", "wavpack"});
  lossless(".tta", 44100, "stereo", {"-c:a", "tta"});
  lossless(".mov", 44100, "stereo", {"-c:a", "pcm_s16le"});
  lossless(".mkv", 44100, "stereo", {"-c:a", "flac"});
  lossless(".mka", 44100, "5.1", {"-c:a", "pcm_s16le"});

  for (const int rate_hz : {8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000})
    lossy(".mp3", rate_hz, rate_hz == 44100 ? "stereo" : "mono", {"-c:a", "libmp3lame"});
  lossy(".mp3", 44100, "stereo", {"-c:a", "libmp3lame", "-q:a", "2"});
  lossy(".mp3", 44100, "stereo", {"-c:a", "libmp3lame", "-write_xing", "0"});
  for (const int rate_hz : {8000, 16000, 44100, 96000}) {
    lossy(".m4a", rate_hz, "mono", {"-c:a", "aac", "-b:a", "96k"});
    lossy(".aac", rate_hz, "stereo", {"-c:a", "aac", "-b:a", "192k"});
  }
  for (const char* layout : {"5.1", "7.1"}) {
    lossy(".m4a", 48000, layout, {"-c:a", "aac", "-b:a", "384k"});
    lossy(".ogg", 48000, layout, {"-c:a", "libvorbis", "-q:a", "5"});
    lossy(".opus", 48000, layout, {"-c:a", "libopus", "-b:a", "384k"});
  }
  for (const int rate_hz : {8000, 22050, 44100, 96000, 192000})
    lossy(".ogg", rate_hz, "stereo", {"-c:a", "libvorbis", "-q:a", "5"});
  for (const int rate_hz : {8000, 12000, 16000, 24000, 48000})
    lossy(".opus", rate_hz, "mono", {"-c:a", "libopus", "-b:a", "48k"});
  lossy(".wma", 44100, "stereo", {"-c:a", "wmav2"});
  lossy(".wma", 22050, "mono", {"-c:a", "wmav1"});
  lossy(".mp4", 44100, "stereo", {"-c:a", "aac"});
  lossy(".mp4", 44100, "stereo", {"-c:a", "libmp3lame"});
  lossy(".mkv", 44100, "stereo", {"-c:a", "libvorbis"});
  lossy(".mkv", 48000, "5.1", {"-c:a", "ac3"});
  lossy(".webm", 48000, "stereo", {"-c:a", "libopus"});
  lossy(".webm", 44100, "stereo", {"-c:a", "libvorbis"});
  lossy(".ac3", 48000, "5.1", {"-c:a", "ac3"});
  lossy(".ts", 48000, "stereo", {"-c:a", "mp2"});
  lossy(".avi", 44100, "stereo", {"-c:a", "libmp3lame"});
  lossy(".flv", 44100, "stereo", {"-c:a", "aac"});
  lossy(".latm", 44100, "stereo", {"-c:a", "aac", "-f", "latm"});
  lossy(".ts", 44100, "stereo", {"-c:a", "aac", "-mpegts_flags", "latm"});
  for (const char* codec : {"adpcm_ms", "adpcm_ima_wav", "adpcm_yamaha"})
    lossy(".wav", 44100, "stereo", {"-c:a", codec});
  lossy(".mov", 44100, "stereo", {"-c:a", "adpcm_ima_qt"});
  lossy(".flv", 44100, "stereo", {"-c:a", "adpcm_swf"});
  lossy(".spx", 32000, "mono", {"-c:a", "libspeex"});
  lossy(".dts", 48000, "stereo", {"-c:a", "dca", "-b:a", "768k"});
  lossy(".eac3", 48000, "stereo", {"-c:a", "eac3"});
  lossless(".mka", 48000, "stereo", {"-c:a", "truehd"});
  lossless(".mka", 48000, "stereo", {"-c:a", "mlp"});
  return all;
}

/// Has FFmpeg make them all, in one run.
void make(const std::vector<Made>& files, const Folder& folder) {
  std::vector<std::string> command{"ffmpeg", "-nostdin", "-loglevel", "error"};
  for (const auto& made : files)
    command.insert(command.end(), {"-f", "lavfi", "-i", source_of(made)});
  for (std::size_t i = 0; i < files.size(); ++i) {
    command.insert(command.end(), {"-map", std::to_string(i)});
    command.insert(command.end(), files[i].options.begin(), files[i].options.end());
    command.insert(command.end(), {"-strict", "-2", folder.path(files[i].name)});
  }
  output_of(command);
}

/// The amplitude of the tone in `samples`, a whole number of its periods.
double tone_in(std::span<const float> samples) {
  std::complex<double> sum = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    sum += static_cast<double>(samples[i]) *
           std::polar(1.0, -2 * std::numbers::pi * kFrequencyHz * static_cast<double>(i) / kRateHz);
  }
  return std::abs(sum) * 2 / static_cast<double>(samples.size());
}

double power_of(std::span<const float> samples) {
  double sum = 0;
  for (const double sample : samples) sum += sample * sample;
  return sum / static_cast<double>(samples.size());
}

TEST_CASE("every format is known by its start and gives the right tone, length and level") {
  const Folder folder;
  const auto files = every_format();
  make(files, folder);
  for (const auto& made : files) {
    CAPTURE(made.name, made.rate_hz, made.layout, made.options);
    const auto content = content_of(folder.path(made.name));
    const auto audio = decode_all(content);
    CHECK(audio.warnings.empty());

    const std::string_view start(reinterpret_cast<const char*>(content.data()),
                                 std::min(content.size(), kFileStartBytes));
    CHECK(document_of(start) == Document::kNone);
    const bool has_no_sure_start = made.name.ends_with(".ac3") || made.name.ends_with(".ts") ||
                                   made.name.ends_with(".eac3") || made.name.ends_with(".latm");
    CHECK(begins_as_audio(start) != has_no_sure_start);

    const bool lossless = made.coding == Coding::kLossless;
    // A lossy file may not say what its encoder put in front and behind: two blocks of 2048, which
    // last longest at 8 kHz; MP3 has less.
    const double seconds = static_cast<double>(audio.samples.size()) / kRateHz;
    // FFmpeg's encoder for WMA leaves out what doesn't fill a block.
    const bool wma = made.name.ends_with(".wma");
    CHECK(seconds >= kSeconds - (wma ? 2048.0 / made.rate_hz : 0.001));
    CHECK(seconds <= kSeconds + (lossless ? 0.001 : 4096.0 / made.rate_hz));

    REQUIRE(audio.samples.size() > 33'000);
    const auto middle = std::span(audio.samples).subspan(kRateHz / 2, kRateHz);
    const double amplitude = tone_in(middle);
    // The steps of 8 bits, at worst; and LAME takes 5 % off.
    CHECK(amplitude == Approx(amplitude_of(made)).epsilon(lossless ? 0.005 : 0.06));
    // All else: noise of 8 bits, 38 dB below the tone; that of encoders.
    const double power = power_of(middle);
    CHECK(power - amplitude * amplitude / 2 < power * (lossless ? 1e-3 : 1e-2));
  }
}

}  // namespace
}  // namespace aura::audio
