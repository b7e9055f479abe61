#include "aura/analysis/timbre.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "aura/analysis/features.h"
#include "aura/analysis/measure.h"
#include "aura/base/error.h"
#include "aura/dsp/chroma.h"
#include "signals.h"
#include "wav.h"

namespace aura::analysis {
namespace {

Timbre timbre_of(std::span<const float> samples) {
  FeatureExtractor extractor(test::kSampleRateHz);
  dsp::ChromaExtractor chroma;
  extractor.push(samples);
  chroma.push(samples);
  return std::move(extractor).finish().timbre(chroma.finish());
}

bool is_finite(const Timbre& timbre) {
  return std::all_of(timbre.values.begin(), timbre.values.end(),
                     [](float value) { return std::isfinite(value); });
}

/// The largest difference of two tracks' values, in deviations of the shipped space.
double farthest(const Timbre& one, const Timbre& other) {
  std::istringstream space{std::string(shipped_space_text())};
  std::string line;
  std::getline(space, line);
  std::getline(space, line);
  double most = 0;
  for (std::size_t i = 0; i < kTimbreSize; ++i) {
    double deviation = 0;
    REQUIRE(space >> deviation);
    most = std::max(most, std::abs(one.values.at(i) - other.values.at(i)) / deviation);
  }
  return most;
}

/// A few seconds of chords that follow each other, with a stroke on each.
std::vector<float> music(double transposed_semitones = 0) {
  const double notes[][3] = {{60, 64, 67}, {57, 60, 64}, {65, 69, 72}, {55, 59, 62}};
  const auto hits = test::noise(0.2, test::kSampleRateHz / 20);
  std::vector<float> samples;
  for (int bar = 0; bar < 3; ++bar) {
    for (const auto& chord : notes) {
      std::vector<float> beat(test::kSampleRateHz / 2);
      for (const double note : chord) {
        const auto tone =
            test::sine(440 * std::exp2((note + transposed_semitones - 69) / 12), 0.1, beat.size());
        std::transform(beat.begin(), beat.end(), tone.begin(), beat.begin(), std::plus());
      }
      std::transform(hits.begin(), hits.end(), beat.begin(), beat.begin(), std::plus());
      samples.insert(samples.end(), beat.begin(), beat.end());
    }
  }
  return samples;
}

Measurements measured(const std::vector<double>& samples) {
  Spool file;
  file.append(audio::wav(audio::WavFormat::kS16, 22'050, 1, samples));
  return measure(file, audio::Decoder(), {}).measurements;
}

}  // namespace

TEST_CASE("timbre: finite for silence, a constant, a sample, none and any numbers") {
  CHECK(is_finite(timbre_of({})));
  CHECK(is_finite(timbre_of(std::vector<float>(1, 0.5F))));
  CHECK(is_finite(timbre_of(std::vector<float>(1, 0.0F))));
  CHECK(is_finite(timbre_of(std::vector<float>(22'050, 0.0F))));
  CHECK(is_finite(timbre_of(std::vector<float>(22'050, 1.0F))));
  CHECK(is_finite(timbre_of(test::sine(440, 1, 22'050))));
  std::vector<float> any(30'000);
  for (std::size_t n = 0; n < any.size(); ++n) {
    const auto tiny = std::numeric_limits<float>::denorm_min();
    const float level = std::array{0.0F, 1e15F, tiny, 1.0F, 1e-38F}.at(n / 1000 % 5);
    any[n] = n % 3 == 0 ? -level : level;
  }
  CHECK(is_finite(timbre_of(any)));
}

TEST_CASE("timbre: of a silent file is 0") {
  CHECK(measured(std::vector<double>(44'100)).timbre == Timbre{});
  CHECK_FALSE(measured(audio::sine(440, 0.5, 22'050, 44'100)).timbre == Timbre{});
}

TEST_CASE("timbre: gain moves nothing") {
  const auto samples = music();
  const auto plain = timbre_of(samples);
  for (const double gain_db : {-40.0, -9.0, 9.0}) {
    auto scaled = samples;
    const auto gain = static_cast<float>(std::pow(10, gain_db / 20));
    for (float& sample : scaled) sample *= gain;
    CAPTURE(gain_db);
    // Single precision has the levels in dB to 4e-6, and logarithms of variances round alike.
    CHECK(farthest(timbre_of(scaled), plain) < 1e-3);
  }
}

TEST_CASE("timbre: silence around the music moves little") {
  const auto samples = music();
  auto longer = samples;
  longer.insert(longer.begin(), 5 * test::kSampleRateHz, 0.0F);
  longer.insert(longer.end(), 5 * test::kSampleRateHz, 0.0F);
  // A frame or two at each edge, of 258, hold a part of the music.
  CHECK(farthest(timbre_of(longer), timbre_of(samples)) < 1);
}

TEST_CASE("timbre: the key of the music moves its harmony little") {
  const auto plain = timbre_of(music());
  const auto higher = timbre_of(music(3));
  constexpr std::size_t kHarmony = 8;
  for (std::size_t i = kTimbreSize - kHarmony; i < kTimbreSize; ++i) {
    CAPTURE(i, plain.values.at(i), higher.values.at(i));
    // Which partials fall between two pitch classes depends on the key.
    CHECK(std::abs(plain.values.at(i) - higher.values.at(i)) < 0.05F);
  }
}

TEST_CASE("timbre: movement is where strokes repeat") {
  // Noise that comes and goes once a second, and 4 times. The first octave is that of 16 Hz.
  const auto movement = [](double hz) {
    auto samples = test::noise(0.3, 10 * test::kSampleRateHz);
    for (std::size_t n = 0; n < samples.size(); ++n) {
      const double turns = hz * static_cast<double>(n) / test::kSampleRateHz;
      if (turns - std::floor(turns) < 0.5) samples[n] *= 0.1F;
    }
    std::vector<double> octaves;
    const auto timbre = timbre_of(samples);
    for (std::size_t octave = 0; octave < 6; ++octave)
      octaves.push_back(static_cast<double>(timbre.values.at(31 + 4 * octave)));
    return std::max_element(octaves.begin(), octaves.end()) - octaves.begin();
  };
  CHECK(movement(1) == 4);
  CHECK(movement(4) == 2);
}

TEST_CASE("timbre: the size of the blocks makes no difference") {
  const auto samples = music();
  const auto whole = timbre_of(samples);
  FeatureExtractor extractor(test::kSampleRateHz);
  dsp::ChromaExtractor chroma;
  for (std::span<const float> rest = samples; !rest.empty();) {
    const auto head = rest.first(std::min<std::size_t>(1000, rest.size()));
    extractor.push(head);
    chroma.push(head);
    rest = rest.subspan(head.size());
  }
  CHECK(std::move(extractor).finish().timbre(chroma.finish()) == whole);
}

TEST_CASE("timbre: a stop is obeyed") {
  FeatureExtractor extractor(test::kSampleRateHz);
  extractor.push(test::noise(0.1, 50'000));
  const auto extracted = std::move(extractor).finish();
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(extracted.timbre({}, stop.get_token()), Stopped);
}

TEST_CASE("timbre: the shipped space has the version and the shape that it states") {
  std::istringstream space{std::string(shipped_space_text())};
  std::string word, kind;
  int version = 0;
  std::size_t size = 0, anchors = 0;
  space >> word >> kind >> version >> size >> anchors;
  CHECK(word == "aura-space");
  CHECK(kind == name_of(Part::kTimbre));
  CHECK(version == version_of(Part::kTimbre));
  CHECK(size == kTimbreSize);
  CHECK(anchors == 100);
  std::vector<double> numbers;
  for (double number = 0; space >> number;) numbers.push_back(number);
  CHECK(space.eof());
  REQUIRE(numbers.size() == (2 + anchors) * size);
  for (std::size_t i = 0; i < size; ++i) CHECK(numbers[size + i] > 0);
  // Placed and clipped.
  CHECK(std::all_of(numbers.begin() + static_cast<std::ptrdiff_t>(2 * size), numbers.end(),
                    [](double number) { return std::abs(number) <= 4; }));
}

}  // namespace aura::analysis
