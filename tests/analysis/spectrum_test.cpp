#include "aura/analysis/spectrum.h"

#include <catch2/catch.hpp>
#include <span>
#include <utility>
#include <vector>

#include "aura/analysis/features.h"
#include "signals.h"

namespace aura::analysis {
namespace {

Spectrum spectrum_of(std::span<const float> samples) {
  FeatureExtractor extractor(test::kSampleRateHz);
  extractor.push(samples);
  return std::move(extractor).finish().spectrum();
}

}  // namespace

TEST_CASE("spectrum: a tone lies in its octave") {
  for (std::size_t i = 0; i < kOctaves; ++i) {
    INFO(octave_centre_hz(i));
    const auto found = spectrum_of(test::sine(octave_centre_hz(i), 0.5, 3 * test::kSampleRateHz));
    CHECK(found.octaves_db.at(i) > -1);  // a bin is a third of the lowest octave
    for (std::size_t other = 0; other < kOctaves; ++other) {
      // The ends of the tone are clicks.
      if (other != i && (i > 1 || other > 1)) CHECK(found.octaves_db.at(other) < -20);
    }
  }
}

TEST_CASE("spectrum: flat power gives 3 dB more in each octave above") {
  const auto found = spectrum_of(test::noise(0.3, 60 * test::kSampleRateHz));
  for (std::size_t i = 2; i + 1 < kOctaves; ++i) {
    INFO(octave_centre_hz(i));
    // The third octave is four bins, of 2,600 frames each.
    CHECK(found.octaves_db.at(i) - found.octaves_db.at(i - 1) == Approx(3.01).margin(0.15));
  }
}

TEST_CASE("spectrum: gain moves nothing, and silence has none") {
  const auto loud = spectrum_of(test::noise(0.9, 30'000));
  const auto quiet = spectrum_of(test::noise(0.009, 30'000));
  for (std::size_t i = 0; i < kOctaves; ++i)
    CHECK(loud.octaves_db.at(i) == Approx(quiet.octaves_db.at(i)).margin(1e-4));  // rounded samples
  CHECK(!loud.is_silent());
  CHECK(spectrum_of({}).is_silent());
  CHECK(spectrum_of(std::vector<float>(30'000)).is_silent());
  CHECK(Spectrum::silence().is_silent());
}

}  // namespace aura::analysis
