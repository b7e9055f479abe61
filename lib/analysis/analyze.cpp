#include "aura/analysis/analyze.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

#include "aura/analysis/lyrics.h"
#include "aura/base/error.h"
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

/// What is measured of samples as they come.
struct Meters {
  explicit Meters(int sample_rate_hz) : extractor(sample_rate_hz) {}

  void push(std::span<const float> block) {
    extractor.push(block);
    chroma.push(block);
    dance.push(block);
    dynamics.push(block);
  }

  /// What says how the music is, rather than its sound.
  void hear(Report& report, const std::stop_token& stop) {
    // Beyond, as for steady tones, Essentia's scale says nothing.
    constexpr double kMostDanceability = 3;
    report.rhythm = extractor.rhythm(stop);
    report.pictures = extractor.pictures(stop);
    report.tonal = tonal_of(chroma.chroma());
    report.danceability = std::min(dance.danceability(), kMostDanceability);
  }

  FeatureExtractor extractor;
  dsp::ChromaExtractor chroma;
  dsp::DanceabilityMeter dance;
  dsp::DynamicsMeter dynamics;
};

bool is_silent(const Report& report) {
  return report.features.rms_mean < kSilentRms;
}

/// The speakers sound, and their mean doesn't: one plays the opposite of another.
bool channels_cancel(const Report& report) {
  // No loudness is stated below the gate of -70 LUFS.
  return is_silent(report) && report.loudness.integrated_lufs.has_value();
}

void hear_first_channel(Report& report, const Track& track, const audio::Decoder& decoder,
                        audio::DecodeLimits limits, const std::stop_token& stop) {
  limits.first_channel_alone = true;
  Meters meters(limits.sample_rate_hz);
  decoder.decode(
      track.file, limits, [&](std::span<const float> block) { meters.push(block); }, stop);
  meters.extractor.finish({}, stop);
  meters.hear(report, stop);
}

/// A decoder that has lost its way gives noise far above full scale.
void check_level(const Report& report) {
  constexpr double kMostRms = 30;  // +30 dBFS
  constexpr double kMostPeakDbtp = 60;
  if (report.features.rms_mean <= kMostRms &&
      report.loudness.true_peak_dbtp.value_or(0) <= kMostPeakDbtp)
    return;
  throw JobError("bad_samples",
                 "the sound in this file is far louder than any can be: it is damaged, export the "
                 "track again and upload it",
                 Retry::kNo);
}

void warn_of_silence(Report& report) {
  if (channels_cancel(report)) {
    report.warnings.emplace_back(
        "the channels cancel each other out: rhythm, key and danceability are those of the first, "
        "the features say nothing about the music");
  } else if (is_silent(report)) {
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

  Meters meters(limits.sample_rate_hz);
  std::uint64_t samples = 0;
  const auto measure = [&](std::span<const float> block) {
    const auto block_begun = Clock::now();
    meters.push(block);
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

  report.features = meters.extractor.finish(reached, stop);
  check_level(report);
  report.dynamic_complexity_db = meters.dynamics.complexity();
  if (channels_cancel(report)) {
    hear_first_channel(report, track, decoder, limits, stop);
  } else {
    meters.hear(report, stop);
    if (is_silent(report)) {  // what is heard in the last bits is no music
      report.rhythm = {};
      report.tonal = {};
      report.danceability = 0;
    }
  }
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
