#include "aura/analysis/recommendations.h"

#include <algorithm>
#include <cmath>

namespace aura::analysis {

std::vector<Recommendation> recommend(const Features& features, const Scores& scores) {
  std::vector<Recommendation> advice;
  const auto bpm = std::to_string(std::lround(features.tempo_bpm)) + " BPM";
  if (scores.audio < 70) {
    advice.push_back({"production",
                      "Work on the production before release: levels, balance and arrangement "
                      "hold the track back.",
                      "high"});
  }
  if (scores.hit_factor >= 75) {
    advice.push_back({"marketing",
                      "Strong overall: plan a release campaign and pitch it to playlists.",
                      "high"});
  }
  if (features.tempo_bpm > 0 && features.tempo_bpm < 80) {
    advice.push_back({"arrangement",
                      "At " + bpm +
                          " the track is slow for its market: try a faster version, or "
                          "more movement in the drums.",
                      "medium"});
  }
  if (scores.lyrics < 60) {
    advice.push_back({"lyrics",
                      "Develop the lyrics: a clear story and a hook that comes back make the song "
                      "easier to remember.",
                      "medium"});
  }
  if (features.tempo_bpm > 140) {
    advice.push_back({"arrangement",
                      "At " + bpm +
                          " the track is fast: leave room, so that the melody can "
                          "be followed.",
                      "low"});
  }
  return advice;
}

}  // namespace aura::analysis
