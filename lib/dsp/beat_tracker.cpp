#include "aura/dsp/beat_tracker.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "aura/base/error.h"

namespace aura::dsp {
namespace {

/// Frames are coarse for a period that must be held.
constexpr std::size_t kPerFrame = 2;
/// Costs of a step, times the square of its logarithm over the period's.
constexpr float kTightness = 300;
constexpr float kLooseness = 60;
constexpr double kRubato = 1.06;
/// The most that a step may differ from the period.
constexpr double kShortestStep = 0.8;
constexpr double kLongestStep = 1.25;
/// Of the onsets' mean: what a beat at either end of the track must reach.
constexpr double kOfNote = 1.5;

/// `strength` as often as kPerFrame says, freed of its mean, in standard deviations, or 0 below
/// that.
std::vector<float> standing_out(std::span<const float> strength) {
  double sum = 0;
  double squares = 0;
  for (const float value : strength) {
    sum += static_cast<double>(value);
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  const auto frames = static_cast<double>(strength.size());
  const double mean = sum / frames;
  const double deviation = std::sqrt(std::max(squares / frames - mean * mean, 0.0));
  std::vector<float> out(kPerFrame * strength.size(), 0.0F);
  if (deviation < 1e-6) return out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t t = i / kPerFrame;
    const auto part = static_cast<float>(i % kPerFrame) / kPerFrame;
    const float next = strength[std::min(t + 1, strength.size() - 1)];
    const float value = strength[t] * (1 - part) + next * part;
    out[i] = std::max(static_cast<float>((static_cast<double>(value) - mean) / deviation), 0.0F);
  }
  return out;
}

float tightness_for(std::span<const double> periods) {
  std::vector<double> sorted(periods.begin(), periods.end());
  std::sort(sorted.begin(), sorted.end());
  const double tenth = sorted[sorted.size() / 10];
  const double last_tenth = sorted[sorted.size() - 1 - sorted.size() / 10];
  return last_tenth / tenth > kRubato ? kLooseness : kTightness;
}

/// The best sequence of places in `strength`, kPerFrame a frame.
std::vector<std::size_t> best_places(const std::vector<float>& strength,
                                     std::span<const double> periods, const std::stop_token& stop) {
  const float tightness = tightness_for(periods);
  const double longest_period = *std::max_element(periods.begin(), periods.end()) * kPerFrame;
  std::vector<float> logs(static_cast<std::size_t>(longest_period * kLongestStep) + 2);
  for (std::size_t step = 1; step < logs.size(); ++step)
    logs[step] = std::log(static_cast<float>(step));

  // The best score of beats that end at a place, and how far before it the last but one lies.
  std::vector<float> scores(strength.size());
  std::vector<std::uint32_t> steps(strength.size(), 0);
  for (std::size_t t = 0; t < strength.size(); ++t) {
    if (t % 1024 == 0 && stop.stop_requested()) throw Stopped();
    const double period = periods[t / kPerFrame] * kPerFrame;
    const auto log_period = static_cast<float>(std::log(period));
    const auto shortest = static_cast<std::size_t>(std::lround(period * kShortestStep));
    const auto longest = static_cast<std::size_t>(std::lround(period * kLongestStep));
    float best = 0;
    for (std::size_t step = shortest; step <= std::min(longest, t); ++step) {
      const float octaves = logs[step] - log_period;
      const float score = scores[t - step] - tightness * octaves * octaves;
      if (score > best) {
        best = score;
        steps[t] = static_cast<std::uint32_t>(step);
      }
    }
    scores[t] = strength[t] + best;
  }

  // The last beat is the best of the last period: scores rise along the track.
  const auto tail =
      std::min(scores.size(), static_cast<std::size_t>(std::ceil(periods.back() * kPerFrame)));
  const auto last =
      std::max_element(scores.end() - static_cast<std::ptrdiff_t>(tail), scores.end());
  std::vector<std::size_t> places{static_cast<std::size_t>(last - scores.begin())};
  while (steps[places.back()] != 0) places.push_back(places.back() - steps[places.back()]);
  std::reverse(places.begin(), places.end());
  return places;
}

}  // namespace

std::vector<double> track_beats(std::span<const float> onsets, std::span<const float> strength,
                                std::span<const double> periods, const std::stop_token& stop) {
  assert(onsets.size() == strength.size() && onsets.size() == periods.size());
  if (onsets.empty()) return {};
  std::vector<double> beats;
  for (const auto place : best_places(standing_out(strength), periods, stop))
    beats.push_back(static_cast<double>(place) / kPerFrame);

  double mean = 0;
  for (const float onset : onsets) mean += static_cast<double>(onset);
  mean /= static_cast<double>(onsets.size());
  const auto of_note = [&](double beat) {
    // An onset may lie a frame beside its beat.
    const auto frame = static_cast<std::size_t>(beat);
    const auto begin =
        onsets.begin() + static_cast<std::ptrdiff_t>(frame - std::min<std::size_t>(frame, 1));
    const auto end =
        onsets.begin() + static_cast<std::ptrdiff_t>(std::min(frame + 2, onsets.size()));
    return static_cast<double>(*std::max_element(begin, end)) > kOfNote * mean;
  };
  const auto first_beat = std::find_if(beats.begin(), beats.end(), of_note);
  const auto last_beat =
      std::find_if(beats.rbegin(), std::make_reverse_iterator(first_beat), of_note);
  return {first_beat, last_beat.base()};
}

}  // namespace aura::dsp
