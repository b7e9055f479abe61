/// choice_features FILE... : for each audio file, a JSON line with what the choices of its tempo
/// and of its key are made from. fit_rhythm.py and fit_key.py fit the weights of the choices to it.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "aura/audio/decode.h"
#include "aura/base/spool.h"
#include "aura/dsp/bar_features.h"
#include "aura/dsp/beat_curves.h"
#include "aura/dsp/beat_strength.h"
#include "aura/dsp/beat_tracker.h"
#include "aura/dsp/chroma.h"
#include "aura/dsp/frame_analyser.h"
#include "aura/dsp/framing.h"
#include "aura/dsp/key.h"
#include "aura/dsp/local_tempo.h"
#include "aura/dsp/log_mel.h"
#include "aura/dsp/metre.h"
#include "aura/dsp/metrical_levels.h"
#include "aura/dsp/onset_curves.h"

namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

nlohmann::json in_thousandths(const std::vector<float>& curve) {
  nlohmann::json whole = nlohmann::json::array();
  for (const float value : curve) whole.push_back(std::lround(1000 * value));
  return whole;
}

/// All curves, in the order of OnsetCurves.
nlohmann::json in_thousandths(const aura::dsp::OnsetCurves& curves) {
  nlohmann::json all = nlohmann::json::array();
  for (const auto* curve : {&curves.low, &curves.mid, &curves.high, &curves.chords})
    all.push_back(in_thousandths(*curve));
  for (const auto& accents : curves.accents) all.push_back(in_thousandths(accents));
  for (const auto& levels : curves.levels) all.push_back(in_thousandths(levels));
  all.push_back(std::vector<int>(curves.sounds.begin(), curves.sounds.end()));
  return all;
}

/// The spectra in steps of half a dB above the floor of onset_curves(), a frame after the other,
/// two digits in base 16 for each band.
std::string half_decibels(const aura::dsp::LogMelSpectrogram& log_mel) {
  constexpr float kAboveFloorDb = 20;
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * log_mel.bands() * log_mel.frames());
  log_mel.for_each_frame_db([&](std::span<const float> frame) {
    for (const float db : frame) {
      const auto steps = static_cast<unsigned>(
          std::lround(2 * std::max(db - log_mel.floor_db() - kAboveFloorDb, 0.0F)));
      text += kDigits[steps / 16];
      text += kDigits[steps % 16];
    }
  });
  return text;
}

/// The beats that are tracked at a tempo, in frames.
std::vector<double> beats_of(const aura::dsp::OnsetCurves& curves,
                             const aura::dsp::BeatCurves& beat_curves, double bpm) {
  std::vector<float> onsets(curves.low.size());
  for (std::size_t t = 0; t < onsets.size(); ++t)
    onsets[t] = (curves.low[t] + curves.mid[t] + curves.high[t]) / 3;
  const auto periods = aura::dsp::local_periods(onsets, aura::dsp::kFramesPerMinute / bpm);
  return aura::dsp::track_beats(onsets, aura::dsp::beat_strength(beat_curves, periods), periods);
}

nlohmann::json features_of(const char* path) {
  const aura::audio::DecodeLimits limits;
  aura::dsp::LogMelSpectrogram log_mel(aura::dsp::kMelBands);
  aura::dsp::FrameAnalyser analyser(limits.sample_rate_hz, aura::dsp::kFftSize,
                                    aura::dsp::kHopLength, log_mel.bands());
  aura::dsp::ChromaExtractor chroma;
  const auto keep = [&](const aura::dsp::FrameGroup& group) {
    log_mel.push(group.mel_db, group.lanes, group.frames);
  };
  aura::audio::decode(aura::Spool::open(path, kMostBytes), limits,
                      [&](std::span<const float> samples) {
                        analyser.push(samples, keep);
                        chroma.push(samples);
                      });
  analyser.finish(keep);
  const auto tuned = chroma.finish();
  const auto key = aura::dsp::key_evidence(tuned.blocks);
  const auto curves = aura::dsp::onset_curves(log_mel);
  const auto candidates = aura::dsp::level_candidates(curves);
  nlohmann::json levels = nlohmann::json::array();
  const auto found = aura::dsp::metrical_levels(curves);
  for (const auto& [bpm, weight] : found.levels) levels.push_back({bpm, weight});
  std::vector<std::vector<double>> runs;
  const auto beat_curves = aura::dsp::beat_curves(curves);
  if (!levels.empty()) runs.push_back(beats_of(curves, beat_curves, levels.at(0).at(0)));
  const auto bars = aura::dsp::bar_evidence(
      aura::dsp::bar_features(beat_curves, aura::dsp::beat_spectra(log_mel, runs), runs));
  return {{"file", path},
          {"beats", runs},
          {"metre", {found.metre.simple, found.metre.three, found.metre.compound}},
          {"bars", bars},
          {"bpm", candidates.bpm},
          {"features", candidates.features},
          {"levels", std::move(levels)},
          {"tuning_hz", tuned.tuning_hz},
          {"notes", key.notes},
          {"major_chords", key.major_chords},
          {"minor_chords", key.minor_chords},
          {"chord_pairs", key.chord_pairs},
          {"curves", in_thousandths(curves)},
          {"spectra", half_decibels(log_mel)}};
}

}  // namespace

int main(int argc, char** argv) {
  try {
    for (int i = 1; i < argc; ++i) {
      std::cout << features_of(argv[i]) << '\n';
    }
  } catch (const std::exception& error) {
    std::cerr << "choice_features: " << error.what() << '\n';
    return 1;
  }
}
