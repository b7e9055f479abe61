#include "aura/analysis/features.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "aura/base/error.h"
#include "reference.h"
#include "signals.h"

namespace aura::analysis {
namespace {

Features features_of(std::span<const float> samples) {
  FeatureExtractor extractor(test::kSampleRateHz);
  extractor.push(samples);
  return std::move(extractor).finish().features();
}

std::vector<double> numbers_in(const Features& features) {
  std::vector<double> numbers{features.tempo_bpm, features.spectral_centroid_mean_hz,
                              features.spectral_rolloff_mean_hz, features.zcr_mean,
                              features.rms_mean};
  numbers.insert(numbers.end(), features.mfcc_mean.begin(), features.mfcc_mean.end());
  return numbers;
}

TEST_CASE("features: librosa's, for each signal of the reference") {
  for (const auto& [name, expected] : test::reference()["signals"].items()) {
    INFO(name);
    const auto samples = test::reference_signal(name);
    REQUIRE(samples.size() == expected["samples"].get<std::size_t>());
    const auto features = features_of(samples);
    const auto& want = expected["features"];
    const auto near = [&](const char* feature) {
      // Bins are held in single precision, by librosa too, and means over many lose less. But where
      // a roll-off falls between two bins, rounding decides: that is a bin in one frame. Silence
      // must be 0 on both sides.
      return Approx(want[feature].get<double>()).epsilon(1e-5).margin(1e-12);
    };
    // The tempo is quantised to lags, so it is either the same or far off.
    CHECK(features.tempo_bpm == Approx(want["tempo_bpm"].get<double>()).epsilon(1e-9));
    CHECK(features.spectral_centroid_mean_hz == near("spectral_centroid_mean_hz"));
    CHECK(features.spectral_rolloff_mean_hz == near("spectral_rolloff_mean_hz"));
    CHECK(features.zcr_mean == near("zcr_mean"));
    CHECK(features.rms_mean == near("rms_mean"));
    for (std::size_t k = 0; k < features.mfcc_mean.size(); ++k) {
      // librosa's DCT is in single precision: where the first coefficient is -1131 (silence), the
      // others are off by some 1e-7 of that.
      CHECK(features.mfcc_mean[k] ==
            Approx(want["mfcc_mean"][k].get<double>()).epsilon(1e-6).margin(2e-4));
    }
  }
}

TEST_CASE("features: a sine is where and as loud as it is") {
  const auto features = features_of(test::sine(1000, 0.5, 10 * test::kSampleRateHz));
  // The frames over both ends, 4 of 431, see half a sine and the edge beside it.
  CHECK(features.spectral_centroid_mean_hz == Approx(1000).epsilon(0.01));
  CHECK(features.zcr_mean == Approx(2000.0 / test::kSampleRateHz).epsilon(0.01));
  CHECK(features.rms_mean == Approx(0.5 / std::numbers::sqrt2).epsilon(0.01));
  CHECK(features.tempo_bpm == 0);
}

TEST_CASE("features: of no samples are those of silence") {
  const auto none = numbers_in(features_of({}));
  CHECK(none == numbers_in(features_of(std::vector<float>(1, 0.0F))));
  CHECK(none == numbers_in(features_of(std::vector<float>(511, 0.0F))));
}

TEST_CASE("features: finite for anything that is made of numbers") {
  std::vector<float> samples(30'000);
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const auto tiny = std::numeric_limits<float>::denorm_min();
    const float level = std::array{0.0F, 1e30F, tiny, 1.0F, 1e-38F}.at(n / 1000 % 5);
    samples[n] = n % 3 == 0 ? -level : level;
  }
  for (const double number : numbers_in(features_of(samples))) CHECK(std::isfinite(number));
}

TEST_CASE("features: samples that are not numbers are refused, and a retry won't help") {
  std::vector<float> samples(5000, 0.1F);
  samples[4321] = GENERATE(std::numeric_limits<float>::quiet_NaN(),
                           -std::numeric_limits<float>::infinity(), 2e30F);
  try {
    features_of(samples);
    FAIL("accepted");
  } catch (const JobError& error) {
    CHECK(error.code() == "bad_samples");
    CHECK_FALSE(error.retryable());
  }
}

TEST_CASE("features: the size of the blocks makes no difference") {
  const auto samples = test::reference_signal("clicks_120");
  const auto whole = numbers_in(features_of(samples));
  const std::size_t block = GENERATE(as<std::size_t>{}, 1, 1000, 2048, 100'000);
  FeatureExtractor extractor(test::kSampleRateHz);
  for (std::span<const float> rest = samples; !rest.empty();) {
    const auto head = rest.first(std::min(block, rest.size()));
    extractor.push(head);
    rest = rest.subspan(head.size());
  }
  CHECK(numbers_in(std::move(extractor).finish().features()) == whole);
}

TEST_CASE("features: progress is told as 30, 40, 50") {
  FeatureExtractor extractor(test::kSampleRateHz);
  extractor.push(test::noise(0.1, 5000));
  std::vector<int> told;
  std::move(extractor).finish([&](int progress) { told.push_back(progress); });
  CHECK(told == std::vector{30, 40, 50});
}

TEST_CASE("features: a stop is obeyed before each report") {
  const int stop_at = GENERATE(0, 30, 40);
  std::stop_source stop;
  if (stop_at == 0) stop.request_stop();
  int last = 0;
  const auto on_progress = [&](int progress) {
    last = progress;
    if (progress == stop_at) stop.request_stop();
  };
  FeatureExtractor extractor(test::kSampleRateHz);
  extractor.push(test::noise(0.1, 50'000));
  CHECK_THROWS_AS(std::move(extractor).finish(on_progress, stop.get_token()), Stopped);
  CHECK(last == stop_at);
}

}  // namespace
}  // namespace aura::analysis
