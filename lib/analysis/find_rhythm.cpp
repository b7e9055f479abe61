#include "find_rhythm.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "aura/dsp/bar_features.h"
#include "aura/dsp/beat_curves.h"
#include "aura/dsp/beat_grid.h"
#include "aura/dsp/beat_strength.h"
#include "aura/dsp/beat_tracker.h"
#include "aura/dsp/framing.h"
#include "aura/dsp/lateness.h"
#include "aura/dsp/local_tempo.h"
#include "aura/dsp/metre.h"
#include "aura/dsp/metrical_levels.h"
#include "aura/dsp/onset_curves.h"
#include "number_rules.h"

namespace aura::analysis {
namespace {

/// What the tempo of beats may differ from the level that they were tracked at.
constexpr double kMostDrift = 0.04;
constexpr double kMostDriftOfUnsteady = 0.15;
/// Produced music mostly has a whole number of beats per minute: a steady tempo so near to one is
/// that number, if its error allows it.
constexpr double kNearWhole = 0.05;
constexpr double kErrorsToWhole = 3;
constexpr double kLeastToWhole = 0.01;
/// Beats are no nearer to each other than this, in seconds.
constexpr double kNearestBeats = 0.001;
/// A tempo curve has a point for at least so many beats and seconds.
constexpr std::size_t kBeatsPerPoint = 8;
constexpr double kSecondsPerPoint = 2;
/// The self-similarity of onsets at which the tempo is beyond doubt.
constexpr double kClearPulse = 0.2;
/// There is a pulse if some period repeats by so much, and by more than it would by chance, which
/// falls with the root of the number of frames. Chosen, as kLeastHeard, on pads, noise, rain,
/// speech and random strokes against music.
constexpr double kLeastPulse = 0.07;
constexpr double kBeyondChance = 5.5;
/// The least share of beats with an onset that can be heard: beats of a drone lie on its vibrato.
constexpr double kLeastHeard = 0.08;
constexpr double kLeastWeight = 0.01;
/// Music with seven beats in a bar is written in eighths, whatever its tempo.
constexpr std::size_t kBarOfEighths = 7;
constexpr const char* kUnclear = "unclear";

std::vector<float> all_onsets(const dsp::OnsetCurves& curves) {
  std::vector<float> all(curves.low.size());
  for (std::size_t t = 0; t < all.size(); ++t) {
    all[t] = (curves.low[t] + curves.mid[t] + curves.high[t]) / 3;
  }
  return all;
}

/// The least onset that stands out and can be heard: where all is sustained, a vibrato stands out
/// too.
float least_onset(float rise_db) {
  constexpr float kOfNote = 0.7F;
  constexpr float kAudibleDb = 1.5F;  // in a register's two groups of bands together
  return std::max(kOfNote, kAudibleDb / rise_db);
}

/// Peaks that are the highest within 50 ms and can be heard.
std::size_t count_onsets(std::span<const float> onsets, float rise_db) {
  constexpr std::size_t kReach = 2;
  const float least = least_onset(rise_db);
  std::size_t count = 0;
  for (std::size_t t = 0; t < onsets.size(); ++t) {
    const std::size_t begin = t - std::min(t, kReach);
    const std::size_t end = std::min(t + kReach + 1, onsets.size());
    const auto around = onsets.subspan(begin, end - begin);
    const auto highest = std::max_element(around.begin(), around.end());
    if (onsets[t] >= least && begin + static_cast<std::size_t>(highest - around.begin()) == t) {
      ++count;
    }
  }
  return count;
}

/// Frames from `begin` to before `end`.
struct Stretch {
  std::size_t begin;
  std::size_t end;
};

/// Where there is sound. Silences shorter than two seconds are rests within the music.
std::vector<Stretch> sounding(const std::vector<bool>& sounds) {
  constexpr auto kRestFrames = static_cast<std::size_t>(2 / dsp::kFrameSeconds);
  std::vector<Stretch> stretches;
  for (std::size_t t = 0; t < sounds.size(); ++t) {
    if (!sounds[t]) continue;
    if (stretches.empty() || t - stretches.back().end > kRestFrames)
      stretches.push_back({t, t + 1});
    else
      stretches.back().end = t + 1;
  }
  return stretches;
}

/// The beats of each stretch, which need not go on in step behind a silence.
std::vector<std::vector<double>> find_beats(const dsp::BeatCurves& curves,
                                            std::span<const Stretch> stretches,
                                            std::span<const float> onsets, double period_frames,
                                            const std::stop_token& stop) {
  // Nothing comes before the first frame that it could rise from: a stroke on the first sample
  // would be heard a frame early.
  constexpr double kTrackBegins = -1;
  constexpr double kNearFrames = 3;
  std::vector<double> periods(onsets.size(), period_frames);
  for (const auto& [begin, end] : stretches) {
    const auto of_stretch =
        dsp::local_periods(onsets.subspan(begin, end - begin), period_frames, stop);
    std::copy(of_stretch.begin(), of_stretch.end(),
              periods.begin() + static_cast<std::ptrdiff_t>(begin));
  }
  const auto strength = dsp::beat_strength(curves, periods, stop);
  std::vector<std::vector<double>> runs;
  for (const auto& [begin, end] : stretches) {
    const std::size_t count = end - begin;
    auto beats =
        dsp::track_beats(onsets.subspan(begin, count), std::span(strength).subspan(begin, count),
                         std::span(periods).subspan(begin, count), stop);
    if (begin == 0 && !beats.empty() &&
        std::abs(beats.front() - periods.front() - kTrackBegins) <= kNearFrames)
      beats.insert(beats.begin(), kTrackBegins);
    for (double& beat : beats) beat += static_cast<double>(begin);
    if (!beats.empty()) runs.push_back(std::move(beats));
  }
  return runs;
}

/// Whether what repeats is more than chance, and beats can be heard.
bool has_pulse(double strongest, std::span<const float> onsets, float rise_db,
               std::span<const std::vector<double>> runs) {
  const double chance = kBeyondChance / std::sqrt(static_cast<double>(onsets.size()));
  if (strongest < std::max(kLeastPulse, chance)) return false;
  const float least = least_onset(rise_db);
  double heard = 0;
  double total = 0;
  for (const auto& beats : runs) {
    for (const double beat : beats) {
      const auto last = static_cast<double>(onsets.size() - 1);
      const auto at = static_cast<std::size_t>(std::clamp(std::round(beat), 0.0, last));
      const std::size_t begin = at - std::min<std::size_t>(at, 1);
      const auto around = onsets.subspan(begin, std::min(at + 2, onsets.size()) - begin);
      if (*std::max_element(around.begin(), around.end()) >= least) ++heard;
      ++total;
    }
  }
  return total > 0 && heard >= kLeastHeard * total;
}

/// The tempo of beats that were tracked at a level.
double bpm_of(const dsp::BeatGrid& grid, double level_bpm) {
  if (grid.period <= 0) return level_bpm;
  const auto to_bpm = [](double frames) { return dsp::kFramesPerMinute / frames; };
  const bool steady = grid.steadiness == dsp::Steadiness::kSteady;
  const double bpm = to_bpm(steady ? grid.period : grid.usual_period);
  if (std::abs(bpm / level_bpm - 1) > (steady ? kMostDrift : kMostDriftOfUnsteady))
    return level_bpm;
  if (!steady) return bpm;
  const double error = bpm * grid.period_error / grid.period;
  const double off = std::abs(bpm - std::round(bpm));
  const bool whole = off <= kNearWhole && off <= std::max(kErrorsToWhole * error, kLeastToWhole);
  return whole ? std::round(bpm) : bpm;
}

/// Turns frames into the times at which beats are heard, smoothed as their steadiness allows.
void to_seconds(const dsp::OnsetCurves& curves, const dsp::BeatGrid& grid,
                std::vector<std::vector<double>>& runs) {
  std::vector<double> all;
  for (const auto& beats : runs) all.insert(all.end(), beats.begin(), beats.end());
  const double late = dsp::lateness_frames(curves, all);
  const auto last_s = static_cast<double>(curves.low.size() - 1) * dsp::kFrameSeconds;
  double before = -kNearestBeats;
  for (auto& beats : runs) {
    beats = dsp::smooth_beats(beats, grid);
    for (double& beat : beats) beat = std::clamp((beat - late) * dsp::kFrameSeconds, 0.0, last_s);
    // At either end, two may be moved to the same time.
    for (double& beat : beats) beat = before = std::max(beat, before + kNearestBeats);
  }
}

const char* name_of(dsp::Steadiness steadiness) {
  switch (steadiness) {
    case dsp::Steadiness::kSteady:
      return "steady";
    case dsp::Steadiness::kDrifts:
      return "drifts";
    case dsp::Steadiness::kFree:
      return "free";
  }
  return "";
}

/// The tempo along the beats: a point for a steady track, else one for every few beats.
TempoCurve tempo_curve_of(const dsp::BeatGrid& grid, double bpm,
                          std::span<const std::vector<double>> runs_s) {
  TempoCurve curve;
  curve.kind = name_of(grid.steadiness);
  if (grid.steadiness == dsp::Steadiness::kSteady) {
    curve.points.push_back({runs_s.front().front(), bpm});
    return curve;
  }
  const double seconds = runs_s.back().back() - runs_s.front().front();
  const double apart = std::max(kSecondsPerPoint, seconds / (kMaxTempoPoints - 1));
  double next = 0;
  for (const auto& beats : runs_s) {
    for (std::size_t i = 0; i + 1 < beats.size(); ++i) {
      if (beats[i] < next || curve.points.size() == kMaxTempoPoints) continue;
      const std::size_t from = i - std::min(i, kBeatsPerPoint / 2);
      const std::size_t to = std::min(from + kBeatsPerPoint, beats.size() - 1);
      const double distance = (beats[to] - beats[from]) / static_cast<double>(to - from);
      curve.points.push_back({beats[i], 60 / distance});
      next = beats[i] + apart;
    }
  }
  return curve;
}

void put_metre(const dsp::Metre& metre, std::span<const std::vector<double>> runs_s,
               Rhythm& rhythm) {
  rhythm.time_signature_confidence = metre.confidence;
  if (metre.beats_per_bar == 0) {
    rhythm.time_signature = kUnclear;
    return;
  }
  const bool eighths = metre.compound || metre.beats_per_bar == kBarOfEighths;
  const std::size_t beats = metre.compound ? 3 * metre.beats_per_bar : metre.beats_per_bar;
  rhythm.time_signature = std::to_string(beats) + (eighths ? "/8" : "/4");
  for (std::size_t run = 0; run < runs_s.size(); ++run) {
    for (const std::size_t beat : metre.downbeats[run]) {
      if (beat < runs_s[run].size() && rhythm.downbeats_s.size() < kMaxDownbeats)
        rhythm.downbeats_s.push_back(runs_s[run][beat]);
    }
  }
}

}  // namespace

FoundRhythm find_rhythm(const dsp::LogMelSpectrogram& log_mel, const std::stop_token& stop) {
  FoundRhythm result;
  auto& [rhythm, onsets, self_similarity] = result;
  const auto curves = dsp::onset_curves(log_mel, stop);
  onsets = all_onsets(curves);
  rhythm.onsets_per_s = static_cast<double>(count_onsets(onsets, curves.rise_db)) /
                        (static_cast<double>(onsets.size()) * dsp::kFrameSeconds);

  auto found = dsp::metrical_levels(curves, stop);
  self_similarity = std::move(found.self_similarity);
  if (found.levels.empty()) return result;
  const auto& [bpm, weight] = found.levels.front();
  const auto beat_curves = dsp::beat_curves(curves);
  auto runs =
      find_beats(beat_curves, sounding(curves.sounds), onsets, dsp::kFramesPerMinute / bpm, stop);
  const auto grid = dsp::fit_grid(runs);
  rhythm.bpm = bpm_of(grid, bpm);
  rhythm.time_signature = kUnclear;
  for (const auto& level : std::span(found.levels).subspan(1)) {
    if (rhythm.alternatives.size() == kMaxAlternatives || level.weight < kLeastWeight) break;
    rhythm.alternatives.push_back({level.bpm, level.weight});
  }
  if (!has_pulse(found.strongest, onsets, curves.rise_db, runs)) return result;
  rhythm.confidence = weight * std::min(found.pulse / kClearPulse, 1.0);
  const auto spectra = dsp::beat_spectra(log_mel, runs, stop);
  const auto metre = dsp::find_metre(dsp::bar_features(beat_curves, spectra, runs), found.metre);
  to_seconds(curves, grid, runs);
  put_metre(metre, runs, rhythm);
  rhythm.tempo_curve = tempo_curve_of(grid, rhythm.bpm, runs);
  for (const auto& beats : runs) {
    for (const double beat_s : beats) {
      if (rhythm.beats_s.size() == kMaxBeats) return result;
      rhythm.beats_s.push_back(beat_s);
    }
  }
  return result;
}

}  // namespace aura::analysis
