#include "aura/analysis/recommendations.h"

#include <algorithm>
#include <catch2/catch.hpp>

using aura::analysis::Scores;

namespace {

/// The advice for a track with these tempi, `librosa_bpm` being librosa's.
std::vector<aura::analysis::Recommendation> recommend(double bpm, const Scores& scores,
                                                      std::size_t lyrics_words = 1,
                                                      double librosa_bpm = 120) {
  aura::analysis::Features features;
  features.tempo_bpm = librosa_bpm;
  aura::analysis::Rhythm rhythm;
  rhythm.bpm = bpm;
  return aura::analysis::recommend(features, rhythm, scores, lyrics_words);
}

bool has(const std::vector<aura::analysis::Recommendation>& advice, std::string_view type,
         std::string_view priority) {
  return std::any_of(advice.begin(), advice.end(),
                     [&](const auto& a) { return a.type == type && a.priority == priority; });
}

constexpr Scores kStrong{.hit_factor = 75, .audio = 95, .lyrics = 90, .brand = 75, .market = 70};
constexpr Scores kWeak{.hit_factor = 60, .audio = 69, .lyrics = 59, .brand = 75, .market = 70};

}  // namespace

TEST_CASE("recommendations: weak audio and lyrics draw advice, a strong track a campaign") {
  const auto weak = recommend(120, kWeak);
  CHECK(has(weak, "production", "high"));
  CHECK(has(weak, "lyrics", "medium"));
  CHECK(!has(weak, "marketing", "high"));
  const auto strong = recommend(120, kStrong);
  CHECK(strong.size() == 1);
  CHECK(has(strong, "marketing", "high"));
}

TEST_CASE("recommendations: without lyrics there is no advice on lyrics") {
  CHECK(!has(recommend(120, kWeak, 0), "lyrics", "medium"));
}

TEST_CASE("recommendations: slow and fast tracks are told so, one without a beat is not") {
  // Whatever librosa's tempo is.
  for (const double librosa_bpm : {0.0, 60.0, 120.0, 180.0}) {
    CHECK(has(recommend(79.9, kStrong, 1, librosa_bpm), "arrangement", "medium"));
    CHECK(recommend(80, kStrong, 1, librosa_bpm).size() == 1);
    CHECK(recommend(140, kStrong, 1, librosa_bpm).size() == 1);
    CHECK(has(recommend(140.1, kStrong, 1, librosa_bpm), "arrangement", "low"));
  }
  CHECK(recommend(0, kStrong, 1, 0).size() == 1);
}

TEST_CASE("recommendations: librosa's tempo counts where there is no other, under its name") {
  const auto slow = recommend(0, kStrong, 1, 79.9);
  CHECK(has(slow, "arrangement", "medium"));
  CHECK(slow.back().note.find("80 BPM (librosa's tempo)") != std::string::npos);
  CHECK(has(recommend(0, kStrong, 1, 140.1), "arrangement", "low"));
  CHECK(recommend(79.9, kStrong).back().note.find("librosa") == std::string::npos);
}
