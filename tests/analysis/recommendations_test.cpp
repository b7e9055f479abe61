#include "aura/analysis/recommendations.h"

#include <algorithm>
#include <catch2/catch.hpp>

using aura::analysis::Features;
using aura::analysis::recommend;
using aura::analysis::Scores;

namespace {

Features at(double tempo_bpm) {
  Features features;
  features.tempo_bpm = tempo_bpm;
  return features;
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
  const auto weak = recommend(at(120), kWeak);
  CHECK(has(weak, "production", "high"));
  CHECK(has(weak, "lyrics", "medium"));
  CHECK(!has(weak, "marketing", "high"));
  const auto strong = recommend(at(120), kStrong);
  CHECK(strong.size() == 1);
  CHECK(has(strong, "marketing", "high"));
}

TEST_CASE("recommendations: slow and fast tracks are told so, one without a beat is not") {
  CHECK(has(recommend(at(79.9), kStrong), "arrangement", "medium"));
  CHECK(!has(recommend(at(80), kStrong), "arrangement", "medium"));
  CHECK(has(recommend(at(140.1), kStrong), "arrangement", "low"));
  CHECK(!has(recommend(at(140), kStrong), "arrangement", "low"));
  CHECK(recommend(at(0), kStrong).size() == 1);
}
