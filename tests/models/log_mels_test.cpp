#include "aura/models/log_mels.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "reference.h"
#include "signals_16k.h"

namespace aura::models {
namespace {

TEST_CASE("log mels: has a frame more than whole hops, and silence is 0") {
  for (const std::size_t hops : {0U, 1U, 2U, 20U}) {
    const std::vector<float> silence(hops * LogMels::kHopLength);
    const auto frames = test::log_mels_of(silence, 16'000);
    CHECK(frames == std::vector<float>((hops + 1) * LogMels::kBands));
  }
}

TEST_CASE("log mels: are those of librosa, as musicnn calls it") {
  for (const auto& [name, expected] : test::musicnn_reference().at("signals").items()) {
    INFO(name);
    const auto frames = test::log_mels_of(test::signal_16k(name), 16'000);
    REQUIRE(frames.size() == std::size_t{374} * LogMels::kBands);
    for (const auto& [frame, bands] : expected.at("mels").items()) {
      const float* actual = frames.data() + std::stoul(frame) * LogMels::kBands;
      // librosa transforms in single precision: its error is 1e-6 of the loudest bin's power.
      for (std::size_t band = 0; band < LogMels::kBands; ++band)
        CHECK(actual[band] == Approx(bands[band].get<double>()).margin(2e-5));
    }
  }
}

TEST_CASE("log mels: a loud track, whose power exceeds float16, stays finite") {
  std::vector<float> loud = test::signal_16k("loud");
  for (float& sample : loud) sample *= 10'000;
  for (const float band : test::log_mels_of(loud, 16'000)) REQUIRE((band >= 0 && band < 20));
}

TEST_CASE("log mels: of 22,050 Hz are those of the same sound at 16 kHz") {
  const auto tone = [](int sample_rate_hz, std::size_t seconds) {
    std::vector<float> samples(static_cast<std::size_t>(sample_rate_hz) * seconds);
    for (std::size_t n = 0; n < samples.size(); ++n) {
      const double time_s = static_cast<double>(n) / sample_rate_hz;
      samples[n] = static_cast<float>(0.3 * std::sin(2 * 3.14159265358979 * 440 * time_s) +
                                      0.1 * std::sin(2 * 3.14159265358979 * 5000 * time_s));
    }
    return samples;
  };
  const auto at_16k = test::log_mels_of(tone(16'000, 2), 16'000);
  const auto at_22k = test::log_mels_of(tone(22'050, 2), 22'050);
  REQUIRE(at_16k.size() == at_22k.size());
  // The first and last frames see an end, which the filter smears.
  for (std::size_t i = 4 * LogMels::kBands; i + 4 * LogMels::kBands < at_16k.size(); ++i) {
    // The filter's ripple of 1e-4 in amplitude, and its noise floor 80 dB down.
    if (at_16k[i] > 1) REQUIRE(at_22k[i] == Approx(at_16k[i]).margin(1e-3));
  }
}

}  // namespace
}  // namespace aura::models
