#include "aura/analysis/scores.h"

#include <catch2/catch.hpp>

using aura::analysis::Features;
using aura::analysis::score;

namespace {

Features features(double tempo_bpm, double rms) {
  Features features;
  features.tempo_bpm = tempo_bpm;
  features.rms_mean = rms;
  return features;
}

}  // namespace

TEST_CASE("audio score: the tempo's bands include their ends, and loudness adds ten") {
  CHECK(score(features(90, 0.01), 0).audio == 85);
  CHECK(score(features(130, 0.01), 0).audio == 85);
  CHECK(score(features(130.1, 0.01), 0).audio == 80);
  CHECK(score(features(89.9, 0.01), 0).audio == 80);
  CHECK(score(features(80, 0.01), 0).audio == 80);
  CHECK(score(features(140, 0.01), 0).audio == 80);
  CHECK(score(features(140.1, 0.01), 0).audio == 70);
  CHECK(score(features(79.9, 0.01), 0).audio == 70);
  CHECK(score(features(0, 0), 0).audio == 70);
  CHECK(score(features(120, 0.08), 0).audio == 85);
  CHECK(score(features(120, 0.0801), 0).audio == 95);
}

TEST_CASE("lyrics score: a point for each ten words, from 50 to 100") {
  CHECK(score({}, 0).lyrics == 50);
  CHECK(score({}, 9).lyrics == 50);
  CHECK(score({}, 10).lyrics == 51);
  CHECK(score({}, 500).lyrics == 100);
  CHECK(score({}, 1'000'000'000'000).lyrics == 100);
}

TEST_CASE("hit factor: the weighted sum, rounded down") {
  const auto plain = score(features(0, 0), 0);  // 24.5 + 12.5 + 15 + 14 = 66
  CHECK(plain.brand == 75);
  CHECK(plain.market == 70);
  CHECK(plain.hit_factor == 66);
  CHECK(score(features(120, 0.1), 0).hit_factor == 74);    // 33.25 + 12.5 + 29 = 74.75
  CHECK(score(features(120, 0.1), 500).hit_factor == 87);  // 33.25 + 25 + 29 = 87.25
  CHECK(score(features(85, 0.01), 200).hit_factor == 74);  // 28 + 17.5 + 29 = 74.5
}
