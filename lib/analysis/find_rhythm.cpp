#include "find_rhythm.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "aura/dsp/beat_tracker.h"
#include "aura/dsp/framing.h"
#include "aura/dsp/metrical_levels.h"
#include "aura/dsp/onset_curves.h"
#include "number_rules.h"

namespace aura::analysis {
namespace {

/// A frame's rise is largest when the onset enters the steep part of its window, which is before it
/// reaches the middle that the frame's time is that of.
constexpr double kHeardEarlyFrames = 1;
/// Beats are found to a frame. Over fewer than these, their mean distance is no better than the
/// level's own estimate.
constexpr std::size_t kFewBeats = 8;
/// What beats may differ from the level that they were tracked at.
constexpr double kMostDrift = 0.04;
/// The self-similarity of onsets that music reaches; noise lies far below.
constexpr double kClearPulse = 0.2;
/// Where no distance of beats reaches this, there are none to be told.
constexpr double kNoPulse = 0.1;
constexpr double kLeastWeight = 0.01;

std::vector<float> all_onsets(const dsp::OnsetCurves& curves) {
  std::vector<float> all(curves.low.size());
  for (std::size_t t = 0; t < all.size(); ++t) {
    all[t] = (curves.low[t] + curves.mid[t] + curves.high[t]) / 3;
  }
  return all;
}

/// Peaks that are the highest within 50 ms, stand out and can be heard: where all is sustained, a
/// vibrato stands out too.
std::size_t count_onsets(std::span<const float> onsets, float rise_db) {
  constexpr std::size_t kReach = 2;
  constexpr float kOfNote = 0.7F;
  constexpr float kAudibleDb = 1.5F;  // in a register's two groups of bands together
  const float least = std::max(kOfNote, kAudibleDb / rise_db);
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
std::vector<std::vector<double>> find_beats(std::span<const float> onsets,
                                            const std::vector<bool>& sounds, double period_frames,
                                            const std::stop_token& stop) {
  // Nothing comes before the first frame that it could rise from.
  constexpr double kTrackBegins = -kHeardEarlyFrames;
  constexpr double kNearFrames = 3;
  std::vector<std::vector<double>> runs;
  for (const auto& [begin, end] : sounding(sounds)) {
    auto beats = dsp::track_beats(onsets.subspan(begin, end - begin), period_frames, stop);
    if (begin == 0 && !beats.empty() &&
        std::abs(beats.front() - period_frames - kTrackBegins) <= kNearFrames)
      beats.insert(beats.begin(), kTrackBegins);
    for (double& beat : beats) beat += static_cast<double>(begin);
    runs.push_back(std::move(beats));
  }
  return runs;
}

double refined_bpm(double level_bpm, std::span<const std::vector<double>> runs) {
  std::size_t beats = 0;
  for (const auto& run : runs) beats += run.size() > 1 ? run.size() : 0;
  if (beats < kFewBeats) return level_bpm;
  const double bpm = 60 / (dsp::mean_period(runs) * dsp::kFrameSeconds);
  return std::abs(bpm / level_bpm - 1) <= kMostDrift ? bpm : level_bpm;
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
  const auto runs = find_beats(onsets, curves.sounds, 60 / (bpm * dsp::kFrameSeconds), stop);
  rhythm.bpm = refined_bpm(bpm, runs);
  rhythm.confidence = weight * std::min(found.pulse / kClearPulse, 1.0);
  rhythm.time_signature = found.in_three ? "3/4" : "4/4";
  for (const auto& level : std::span(found.levels).subspan(1)) {
    if (rhythm.alternatives.size() == kMaxAlternatives || level.weight < kLeastWeight) break;
    rhythm.alternatives.push_back({level.bpm, level.weight});
  }
  if (found.strongest < kNoPulse) return result;
  for (const auto& beats : runs) {
    for (const double beat : beats) {
      if (rhythm.beats_s.size() == kMaxBeats) return result;
      rhythm.beats_s.push_back((beat + kHeardEarlyFrames) * dsp::kFrameSeconds);
    }
  }
  return result;
}

}  // namespace aura::analysis
