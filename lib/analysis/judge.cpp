#include "aura/analysis/judge.h"

#include <utility>

#include "aura/analysis/lyrics.h"
#include "aura/analysis/measure.h"
#include "aura/analysis/step.h"

namespace aura::analysis {
namespace {

std::vector<std::string> warnings_about(const Measurements& measured, const Lyrics& lyrics) {
  auto warnings = measured.core.warnings;
  if (channels_cancel(measured.core)) {
    warnings.emplace_back(
        "the channels cancel each other out: rhythm, key and danceability are those of the first, "
        "the features say nothing about the music");
  } else if (is_silent(measured.core)) {
    warnings.emplace_back("the track is silent: its features say nothing about the music");
  } else if (measured.rhythm.bpm == 0 && measured.core.features.tempo_bpm == 0) {
    warnings.emplace_back("no beat was found: the tempo reads 0");
  }
  if (lyrics.is_cut)
    warnings.emplace_back("the lyrics are very long: only their beginning was weighed");
  return warnings;
}

}  // namespace

Report judge(Measurements measurements, const Lyrics& lyrics, const OnProgress& on_step) {
  const auto reached = [&](int percent) {
    if (on_step) on_step(percent);
  };
  Report report;
  report.measured = std::move(measurements);
  const auto& features = report.measured.core.features;
  report.warnings = warnings_about(report.measured, lyrics);
  if (lyrics.text) report.lyrics_words = count_words(*lyrics.text);
  reached(step::kLyrics);

  report.scores = score(features, report.lyrics_words);
  reached(step::kScores);

  report.recommendations = recommend(report);
  reached(step::kRecommendations);
  return report;
}

}  // namespace aura::analysis
