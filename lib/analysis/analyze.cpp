#include "aura/analysis/analyze.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

#include "aura/analysis/lyrics.h"
#include "aura/dsp/chroma.h"
#include "aura/dsp/danceability.h"
#include "aura/dsp/dynamics.h"
#include "aura/dsp/key.h"

namespace aura::analysis {
namespace {

using Clock = std::chrono::steady_clock;

/// -90 dBFS: below the noise of any recording, above what dither leaves of digital silence.
constexpr double kSilentRms = 3e-5;

Tonal tonal_of(const dsp::Chroma& chroma) {
  // Each by its more usual name.
  constexpr std::array<std::string_view, dsp::kPitchClasses> kNames{
      "C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"};
  const auto key = dsp::estimate_key(chroma);
  if (key.confidence == 0) return {};
  return {kNames.at(key.tonic), key.minor ? "minor" : "major", key.confidence};
}

void warn_of_silence(Report& report) {
  if (report.features.rms_mean < kSilentRms) {
    report.warnings.emplace_back("the track is silent: its features say nothing about the music");
  } else if (report.rhythm.bpm == 0 && report.features.tempo_bpm == 0) {
    report.warnings.emplace_back("no beat was found: the tempo reads 0");
  }
}

}  // namespace

Report analyze(const Track& track, const audio::Decoder& decoder, const audio::DecodeLimits& limits,
               const OnProgress& on_step, const std::stop_token& stop) {
  const auto reached = [&](int percent) {
    if (on_step) on_step(percent);
  };
  Report report;
  const auto begun = Clock::now();

  FeatureExtractor extractor(limits.sample_rate_hz);
  dsp::ChromaExtractor chroma;
  dsp::DanceabilityMeter dance;
  dsp::DynamicsMeter dynamics;
  std::uint64_t samples = 0;
  const auto measure = [&](std::span<const float> block) {
    const auto block_begun = Clock::now();
    extractor.push(block);
    chroma.push(block);
    dance.push(block);
    dynamics.push(block);
    samples += block.size();
    report.times.features += Clock::now() - block_begun;
  };
  auto [warnings, loudness] = decoder.decode(track.file, limits, measure, stop);
  report.warnings = std::move(warnings);
  report.loudness = loudness;
  report.duration_s = static_cast<double>(samples) / limits.sample_rate_hz;
  const auto decoded = Clock::now();
  report.times.decode = decoded - begun - report.times.features;
  reached(step::kDecoded);

  report.features = extractor.finish(reached, stop);
  report.rhythm = extractor.rhythm(stop);
  report.pictures = extractor.pictures(stop);
  report.tonal = tonal_of(chroma.chroma());
  report.danceability = dance.danceability();
  report.dynamic_complexity_db = dynamics.complexity();
  report.times.features += Clock::now() - decoded;
  warn_of_silence(report);

  if (track.lyrics) report.lyrics_words = count_words(*track.lyrics);
  if (track.lyrics_cut)
    report.warnings.emplace_back("the lyrics are very long: only their beginning was weighed");
  reached(step::kLyrics);

  report.scores = score(report.features, report.lyrics_words);
  reached(step::kScores);

  report.recommendations =
      recommend(report.features, report.rhythm, report.scores, report.lyrics_words);
  reached(step::kRecommendations);

  reached(step::kSimilarHits);
  return report;
}

}  // namespace aura::analysis
