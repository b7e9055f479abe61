#include "aura/analysis/scores.h"

#include <algorithm>

namespace aura::analysis {
namespace {

bool within(double value, double low, double high) noexcept {
  return value >= low && value <= high;
}

int audio_score(const Features& features) noexcept {
  int score = 70;
  if (within(features.tempo_bpm, 90, 130)) {
    score += 15;
  } else if (within(features.tempo_bpm, 80, 140)) {
    score += 10;
  }
  if (features.rms_mean > 0.08) score += 10;
  return std::min(score, 100);
}

int lyrics_score(std::size_t words) noexcept {
  return 50 + static_cast<int>(std::min<std::size_t>(words / 10, 50));
}

}  // namespace

Scores score(const Features& features, std::size_t lyrics_words) noexcept {
  Scores scores;
  scores.audio = audio_score(features);
  scores.lyrics = lyrics_score(lyrics_words);
  scores.brand = 75;
  scores.market = 70;
  // In hundredths, so that rounding down is exact.
  scores.hit_factor =
      (35 * scores.audio + 25 * scores.lyrics + 20 * scores.brand + 20 * scores.market) / 100;
  return scores;
}

}  // namespace aura::analysis
