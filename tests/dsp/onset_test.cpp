#include "aura/dsp/onset.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "aura/base/error.h"
#include "every_lanes.h"
#include "log_mel_of.h"
#include "reference.h"
#include "signals.h"

namespace aura::dsp {
namespace {

constexpr std::size_t kDelay = 2;
// dB are held in single precision.
constexpr double kRounding = 1e-4;

/// Frames of four bands, each given in dB.
LogMelSpectrogram spectrogram(const std::vector<std::array<float, 4>>& frames_db) {
  LogMelSpectrogram log_mel(4);
  for (const auto& frame : frames_db) log_mel.push(frame, 1, 1);
  return log_mel;
}

TEST_CASE("onset envelope: one value a frame, 0 where nothing changes") {
  const std::size_t frames = GENERATE(as<std::size_t>{}, 1, 2, 3, 4, 10);
  LogMelSpectrogram log_mel(128);
  for (std::size_t i = 0; i < frames; ++i) log_mel.push(std::vector<float>(128, -10), 1, 1);
  CHECK(onset_envelope(log_mel, kDelay) == std::vector<float>(frames, 0.0F));
}

TEST_CASE("onset envelope: a rise shows where its frame stands plus the delay, a fall nowhere") {
  const std::array<float, 4> low{0, 0, 0, 0};
  const std::array<float, 4> high{7, 7, 7, 7};
  const auto envelope = onset_envelope(spectrogram({low, low, high, low, low, low}), kDelay);
  for (std::size_t i = 0; i < envelope.size(); ++i) {
    CHECK(envelope[i] == Approx(i == 2 + kDelay ? 7 : 0).margin(kRounding));
  }
}

TEST_CASE("onset envelope: the median over the bands, between the middle two of an even number") {
  const auto envelope = onset_envelope(spectrogram({{0, 0, 0, 0}, {9, 1, 4, -30}, {}, {}}), kDelay);
  CHECK(envelope[1 + kDelay] == Approx(2.5).margin(kRounding));
}

TEST_CASE("onset envelope: the same on any machine, also for an odd number of bands") {
  const auto& lanes = test::every_lanes();
  const std::size_t bands = GENERATE(as<std::size_t>{}, 1, 5, 40);
  constexpr std::size_t kFrames = 45;
  const auto noise_db = test::noise(10, kFrames * bands);
  LogMelSpectrogram log_mel(bands);
  for (std::size_t t = 0; t < kFrames; ++t) {
    log_mel.push(std::span(noise_db).subspan(t * bands, bands), 1, 1);
  }
  const auto envelope = onset_envelope(log_mel, kDelay, {}, lanes);
  CHECK(envelope[kDelay] == 0);
  for (std::size_t t = 1; t + kDelay < kFrames; ++t) {
    std::vector<double> rises(bands);
    for (std::size_t k = 0; k < bands; ++k) {
      const auto now = static_cast<double>(noise_db[t * bands + k]);
      const auto before = static_cast<double>(noise_db[(t - 1) * bands + k]);
      rises[k] = std::max(0.0, now - before);
    }
    std::sort(rises.begin(), rises.end());
    const double median = (rises[(bands - 1) / 2] + rises[bands / 2]) / 2;
    CHECK(envelope[t + kDelay] == Approx(median).margin(kRounding));
  }
}

TEST_CASE("onset envelope: what happens below the floor is not heard") {
  const auto envelope = onset_envelope(
      spectrogram({{-90, -90, -90, -90}, {-61, -61, -61, -61}, {20, 20, 20, 20}, {}, {}}), kDelay);
  CHECK(envelope[1 + kDelay] == 0);
  CHECK(envelope[2 + kDelay] == Approx(80).margin(kRounding));
}

TEST_CASE("onset envelope: gives up when it is told to stop") {
  std::stop_source stop;
  stop.request_stop();
  const auto log_mel = spectrogram({{}, {}, {}, {}, {}});
  CHECK_THROWS_AS(onset_envelope(log_mel, kDelay, stop.get_token()), Stopped);
}

TEST_CASE("onset envelope: is librosa's") {
  const auto& checks = test::reference_checks();
  const auto envelope = onset_envelope(
      test::log_mel_of(test::reference_signal(checks["signal"].get<std::string>())), kDelay);
  const auto expected = checks["onset_envelope"].get<std::vector<double>>();
  REQUIRE(envelope.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    // Differences of dB, which both hold in single precision.
    CHECK(envelope[i] == Approx(expected[i]).margin(5e-5));
  }
}

}  // namespace
}  // namespace aura::dsp
