#include "aura/dsp/bar_features.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "aura/base/error.h"
#include "aura/dsp/framing.h"

namespace aura::dsp {
namespace {

using Runs = std::vector<std::vector<double>>;

constexpr std::size_t kFrames = 200;

/// A frame's bands are all as loud as its number; the floor is 80 dB below the last.
LogMelSpectrogram rising() {
  LogMelSpectrogram log_mel(kMelBands);
  for (std::size_t t = 0; t < kFrames; ++t) {
    const std::vector<float> frame(kMelBands, static_cast<float>(t) / 10);
    log_mel.push(frame, 1, 1);
  }
  return log_mel;
}

/// Above the floor of onset_curves().
double loudness(double frame) {
  return frame / 10 - (kFrames - 1) / 10.0 + 60;
}

OnsetCurves quiet(std::size_t frames) {
  OnsetCurves curves;
  for (auto* curve : {&curves.low, &curves.mid, &curves.high, &curves.chords})
    curve->resize(frames);
  for (auto& accents : curves.accents) accents.resize(frames);
  for (auto& levels : curves.levels) levels.resize(frames);
  return curves;
}

TEST_CASE(
    "bar features: spectra are the means from beat to beat, the last beat as long as before") {
  // Frames 11 to 20, 21 to 40, 41 to 60; then 101 to 110 and 111 to 120.
  const auto spectra = beat_spectra(rising(), Runs{{10, 20, 40}, {}, {100, 110}});
  REQUIRE(spectra.size() == 3);
  CHECK(spectra[0].rows() == static_cast<Eigen::Index>(kMelBands));
  REQUIRE(spectra[0].cols() == 3);
  CHECK(spectra[1].cols() == 0);
  REQUIRE(spectra[2].cols() == 2);
  CHECK(static_cast<double>(spectra[0](0, 0)) == Approx(loudness(15.5)).epsilon(1e-4));
  CHECK(static_cast<double>(spectra[0](127, 1)) == Approx(loudness(30.5)).epsilon(1e-4));
  CHECK(static_cast<double>(spectra[0](5, 2)) == Approx(loudness(50.5)).epsilon(1e-4));
  CHECK(static_cast<double>(spectra[2](5, 1)) == Approx(loudness(115.5)).epsilon(1e-4));
}

TEST_CASE("bar features: beats beyond the end have silent spectra, a lone beat too") {
  const auto spectra = beat_spectra(rising(), Runs{{180, 195, 210}, {5}});
  CHECK(spectra[0](0, 1) > 0);
  CHECK((spectra[0].col(2) == 0).all());
  CHECK((spectra[1] == 0).all());
}

TEST_CASE("bar features: a new chord stands out at its beat, a louder beat as a rise") {
  constexpr Eigen::Index kBeats = 32;
  constexpr auto kFirstChange = static_cast<Eigen::Index>(kBeatReadings);
  Eigen::ArrayXXf spectra =
      Eigen::ArrayXXf::Constant(static_cast<Eigen::Index>(kMelBands), kBeats, 20);
  spectra.block(20, 12, 8, kBeats - 12) += 10;  // from beat 12 on, other notes
  spectra.block(0, 20, 11, kBeats - 20) += 5;   // from beat 20 on, a louder bass
  std::vector<double> beats;
  for (Eigen::Index i = 0; i < kBeats; ++i) beats.push_back(5.0 * static_cast<double>(i));
  const auto features =
      bar_features(beat_curves(quiet(kFrames)), std::vector{spectra}, Runs{beats});
  REQUIRE(features.size() == 1);
  REQUIRE(features[0].rows() == static_cast<Eigen::Index>(kBarFeatures));
  Eigen::Index highest = 0;
  for (const Eigen::Index reach : {0, 6, 12, 18}) {
    features[0].row(kFirstChange + reach).maxCoeff(&highest);
    CHECK(highest == 12);
    features[0].row(kFirstChange + reach + 3).maxCoeff(&highest);
    CHECK(highest == 20);
  }
  CHECK(features[0].row(kFirstChange).mean() == Approx(0).margin(1e-9));
  CHECK(features[0].row(kFirstChange).square().mean() == Approx(1).epsilon(1e-4));
  // Curves that never move tell nothing.
  CHECK((features[0].topRows(kFirstChange) == 0).all());
}

TEST_CASE("bar features: curves are read at a beat, and a half, a quarter, three quarters later") {
  auto curves = quiet(kFrames);
  for (const std::size_t off : {0U, 4U, 2U, 6U}) {
    CAPTURE(off);
    curves.low.assign(kFrames, 0);
    // At each second beat, so that beats differ.
    for (std::size_t t = 8 + off; t < kFrames; t += 16) curves.low[t] = 5;
    std::vector<double> beats;
    for (double at = 8; at < 190; at += 8) beats.push_back(at);
    const Eigen::ArrayXXf spectra = Eigen::ArrayXXf::Zero(static_cast<Eigen::Index>(kMelBands),
                                                          static_cast<Eigen::Index>(beats.size()));
    const auto features = bar_features(beat_curves(curves), std::vector{spectra}, Runs{beats});
    const Eigen::Index place = off == 0 ? 0 : off == 4 ? 10 : off == 2 ? 17 : 24;
    CHECK(features[0](place, 2) > 0.9);
    CHECK(features[0](place, 3) < -0.8);
  }
}

TEST_CASE("bar features: spectra are given up when told to stop") {
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(beat_spectra(rising(), Runs{{10, 20}}, stop.get_token()), Stopped);
}

}  // namespace
}  // namespace aura::dsp
