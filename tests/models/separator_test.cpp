#include "aura/models/separator.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <numbers>
#include <vector>

#include "song_44k.h"

namespace aura::models {
namespace {

constexpr std::size_t kSegment = Spleeter::kFrames * Separator::kHopLength;

/// The same part of each bin.
Separator::FindVoice everywhere(float part) {
  return [part](std::span<const float>, std::span<float> mask) {
    std::fill(mask.begin(), mask.end(), part);
  };
}

struct Separated {
  std::vector<float> vocals;
  std::vector<float> accompaniment;
  std::vector<VoiceShare> voices;
};

/// Separates `samples`, in pieces of `piece` samples of both channels.
Separated separate(const std::vector<float>& samples, std::size_t piece,
                   Separator::FindVoice find_voice) {
  Separated result;
  const auto keep = [&](const Separator::Stems& stems) {
    CHECK(stems.vocals.size() == stems.accompaniment.size());
    CHECK(stems.vocals.size() <= 2 * kSegment);
    result.vocals.insert(result.vocals.end(), stems.vocals.begin(), stems.vocals.end());
    result.accompaniment.insert(result.accompaniment.end(), stems.accompaniment.begin(),
                                stems.accompaniment.end());
    result.voices.push_back(stems.voice);
  };
  Separator separator(std::move(find_voice));
  for (std::size_t first = 0; first < samples.size(); first += 2 * piece) {
    const std::size_t count = std::min(2 * piece, samples.size() - first);
    separator.push(std::span(samples).subspan(first, count), keep);
    // What is held back is less than a segment and its overlap.
    CHECK(first + count - result.vocals.size() < 2 * (kSegment + Separator::kFftSize));
  }
  separator.finish(keep);
  return result;
}

/// A tone on the left, another one on the right.
std::vector<float> tones(std::size_t length, double left_hz, double right_hz) {
  std::vector<float> samples;
  for (std::size_t n = 0; n < length; ++n) {
    for (const double hz : {left_hz, right_hz}) {
      samples.push_back(static_cast<float>(
          0.5 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(n) / 44'100)));
    }
  }
  return samples;
}

TEST_CASE("separator: where all is voice, the vocals are the track, sample by sample") {
  // Shorter than a frame, than a segment, at its end, beyond it, and where frames of the next
  // segment take part in its last samples.
  const auto length =
      GENERATE(as<std::size_t>{}, 1, 1000, 100'000, kSegment - Separator::kFftSize - 1,
               kSegment - Separator::kFftSize, kSegment - 500, kSegment + 50'000);
  // Inside the bins that a mask covers; the ends of a tone have other bins, too.
  const auto samples = tones(length, 440, 3000);
  const auto result = separate(samples, 5000, everywhere(1));
  REQUIRE(result.vocals.size() == samples.size());
  double largest = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::size_t n = i / 2;
    if (n < Separator::kFftSize || n + Separator::kFftSize >= length) continue;
    largest = std::max(largest, std::abs(double{result.vocals[i]} - samples[i]));
  }
  // Single precision at either end of the transforms.
  CHECK(largest < 1e-6);
}

TEST_CASE("separator: both stems add up to the track, with what no mask covers") {
  const auto samples = tones(30'000, 15'000, 1000);
  const auto result = separate(samples, 777, everywhere(0.25F));
  REQUIRE(result.vocals.size() == samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    REQUIRE(result.vocals[i] + result.accompaniment[i] == Approx(samples[i]).margin(1e-7));
    const std::size_t n = i / 2;
    if (n < Separator::kFftSize || n + Separator::kFftSize >= 30'000) continue;
    // 15 kHz on the left is no voice; of the right a quarter is.
    REQUIRE(result.vocals[i] == Approx(i % 2 == 0 ? 0 : samples[i] / 4).margin(1e-5));
  }
}

TEST_CASE("separator: stems are the same in blocks of any size") {
  // A mask that depends on what is heard, and on where in the segment.
  const auto find_voice = [](std::span<const float> magnitudes, std::span<float> mask) {
    for (std::size_t i = 0; i < mask.size(); ++i)
      mask[i] = magnitudes[i] / (1 + magnitudes[i]) * static_cast<float>(i % 7) / 7;
  };
  const auto song = test::song_44k(kSegment + 100'000);
  const auto whole = separate(song.mix, song.mix.size(), find_voice);
  for (const std::size_t piece : {997U, 65'536U, 524'289U}) {
    const auto pieces = separate(song.mix, piece, find_voice);
    CHECK(pieces.vocals == whole.vocals);
    CHECK(pieces.accompaniment == whole.accompaniment);
  }
}

TEST_CASE("separator: silence gives silence, and a track without samples nothing") {
  const auto silent = separate(std::vector<float>(100'000), 10'000, everywhere(0.5F));
  CHECK(silent.vocals == std::vector<float>(100'000));
  CHECK(silent.accompaniment == std::vector<float>(100'000));
  REQUIRE(silent.voices.size() == 1);
  CHECK(silent.voices[0].sounding == 0);
  CHECK(silent.voices[0].share() == 0);
  CHECK(silent.voices[0].level_db() == -100);
  CHECK(separate({}, 1, everywhere(1)).voices.empty());
}

TEST_CASE("separator: share and level say how much of the power the masks give to the voice") {
  // Half a second of tone, half a second of silence.
  auto samples = tones(44'100, 440, 880);
  std::fill(samples.begin() + 44'100, samples.end(), 0.0F);
  const auto voice_at = [&](float part) {
    return separate(samples, 9999, everywhere(part)).voices[0];
  };
  // 22,050 samples, and frames that reach into them from either side.
  CHECK(voice_at(0.5F).sounding >= 22);
  CHECK(voice_at(0.5F).sounding <= 25);
  CHECK(voice_at(0.5F).share() == 1);
  CHECK(voice_at(0.5F).level_db() == Approx(0).margin(1e-6));
  CHECK(voice_at(0.25F).level_db() == Approx(20 * std::log10(1.0 / 3)).margin(1e-5));
  CHECK(voice_at(1).level_db() == 100);
  // 18 dB below the rest is singing, 26 dB below it is none.
  CHECK(voice_at(0.11F).share() == 1);
  CHECK(voice_at(0.05F).share() == 0);
  CHECK(voice_at(0.05F).level_db() == -100);
  VoiceShare both = voice_at(0.5F);
  both += voice_at(0);
  CHECK(both.share() == 0.5);
  CHECK(both.level_db() == Approx(0).margin(1e-6));
}

/// What this process has in memory.
double resident_mb() {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  file >> pages >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

TEST_CASE("separator: takes no more memory for a long track than for a segment") {
  const std::vector<float> samples(2 * kSegment);
  const double before_mb = resident_mb();
  // What the networks need, too; without their weights, which are mapped.
  const Spleeter::Scratch scratch(Spleeter::kFrames);
  Separator separator(everywhere(0.5F));
  separator.push(samples, [](const Separator::Stems&) {});
  const double segment_mb = resident_mb() - before_mb;
  // With the weights, 78.6 MB, at most 150 MB. A sanitizer takes an eighth for itself.
  CHECK(segment_mb < 71 * 9 / 8.0);
  for (int i = 0; i < 3; ++i) separator.push(samples, [](const Separator::Stems&) {});
  CHECK(resident_mb() - before_mb < segment_mb + 1);
}

TEST_CASE("separator: the networks hear magnitudes, and silence beyond the end") {
  std::vector<float> heard;
  const auto listen = [&](std::span<const float> magnitudes, std::span<float> mask) {
    heard.assign(magnitudes.begin(), magnitudes.end());
    std::fill(mask.begin(), mask.end(), 0.0F);
  };
  // Exactly on bins 40 and 300.
  const double bin_hz = 44'100.0 / Separator::kFftSize;
  separate(tones(20'480, 40 * bin_hz, 300 * bin_hz), 20'480, listen);
  REQUIRE(heard.size() == Spleeter::kSegment);
  const auto at = [&](std::size_t frame, std::size_t channel, std::size_t bin) {
    return heard[frame * Unet::kRow + channel * Unet::kBins + bin];
  };
  // A tone of amplitude a gives a / 2 times the window's sum; the bins beside it half of that.
  CHECK(at(10, 0, 40) == Approx(0.25 * 2048).epsilon(1e-5));
  CHECK(at(10, 0, 41) == Approx(0.125 * 2048).epsilon(1e-5));
  CHECK(at(10, 1, 300) == Approx(0.25 * 2048).epsilon(1e-5));
  CHECK(at(10, 1, 40) == Approx(0).margin(1e-3));
  // The first frame is the zeros before the track; 24 frames begin before its end.
  CHECK(at(0, 0, 40) == 0);
  CHECK(at(23, 0, 40) > 1);
  CHECK(at(24, 0, 40) == 0);
}

}  // namespace
}  // namespace aura::models
