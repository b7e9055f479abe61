#include "aura/analysis/recommendations.h"

#include <cmath>

namespace aura::analysis {

std::vector<Recommendation> recommend(const Features& features, const Rhythm& rhythm,
                                      const Scores& scores, std::size_t lyrics_words) {
  std::vector<Recommendation> advice;
  const bool has_rhythm = rhythm.bpm > 0;
  const double tempo_bpm = has_rhythm ? rhythm.bpm : features.tempo_bpm;
  const auto tempo =
      std::to_string(std::lround(tempo_bpm)) + " BPM" + (has_rhythm ? "" : " (librosa's tempo)");
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
  if (tempo_bpm > 0 && tempo_bpm < 80) {
    advice.push_back({"arrangement",
                      "At " + tempo +
                          " the track is slow for its market: try a faster version, or "
                          "more movement in the drums.",
                      "medium"});
  }
  if (lyrics_words > 0 && scores.lyrics < 60) {
    advice.push_back({"lyrics",
                      "Develop the lyrics: a clear story and a hook that comes back make the song "
                      "easier to remember.",
                      "medium"});
  }
  if (tempo_bpm > 140) {
    advice.push_back({"arrangement",
                      "At " + tempo +
                          " the track is fast: leave room, so that the melody can "
                          "be followed.",
                      "low"});
  }
  return advice;
}

}  // namespace aura::analysis
