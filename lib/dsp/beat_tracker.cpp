#include "aura/dsp/beat_tracker.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "aura/base/error.h"

namespace aura::dsp {
namespace {

constexpr float kTightness = 100;
/// Of the onsets' mean: what a beat at either end of the track must reach.
constexpr double kOfNote = 1.5;

}  // namespace

std::vector<double> track_beats(std::span<const float> onsets, double period_frames,
                                const std::stop_token& stop) {
  assert(period_frames >= 2);
  const std::size_t frames = onsets.size();
  const auto shortest = static_cast<std::size_t>(std::round(period_frames / 2));
  const auto longest = static_cast<std::size_t>(std::round(period_frames * 2));
  std::vector<float> costs(longest + 1);
  for (std::size_t step = shortest; step <= longest; ++step) {
    const auto octaves = static_cast<float>(std::log(static_cast<double>(step) / period_frames));
    costs[step] = kTightness * octaves * octaves;
  }

  // The best score of beats that end at a frame, and how far before it the last but one lies.
  std::vector<float> scores(frames);
  std::vector<std::uint32_t> steps(frames, 0);
  for (std::size_t t = 0; t < frames; ++t) {
    if (t % 1024 == 0 && stop.stop_requested()) throw Stopped();
    float best = 0;
    for (std::size_t step = shortest; step <= std::min(longest, t); ++step) {
      const float score = scores[t - step] - costs[step];
      if (score > best) {
        best = score;
        steps[t] = static_cast<std::uint32_t>(step);
      }
    }
    scores[t] = onsets[t] + best;
  }

  std::vector<double> beats;
  if (frames == 0) return beats;
  // The last beat is the best of the last period: scores rise along the track.
  const std::size_t tail = std::min(frames, static_cast<std::size_t>(std::ceil(period_frames)));
  const auto last =
      std::max_element(scores.end() - static_cast<std::ptrdiff_t>(tail), scores.end());
  auto at = static_cast<std::size_t>(last - scores.begin());
  beats.push_back(static_cast<double>(at));
  while (steps[at] != 0) {
    at -= steps[at];
    beats.push_back(static_cast<double>(at));
  }
  std::reverse(beats.begin(), beats.end());

  double mean = 0;
  for (const float onset : onsets) mean += static_cast<double>(onset);
  mean /= static_cast<double>(frames);
  const auto of_note = [&](double beat) {
    // An onset may lie a frame beside its beat.
    const auto frame = static_cast<std::size_t>(beat);
    const auto begin =
        onsets.begin() + static_cast<std::ptrdiff_t>(frame - std::min<std::size_t>(frame, 1));
    const auto end = onsets.begin() + static_cast<std::ptrdiff_t>(std::min(frame + 2, frames));
    return static_cast<double>(*std::max_element(begin, end)) > kOfNote * mean;
  };
  const auto first_beat = std::find_if(beats.begin(), beats.end(), of_note);
  const auto last_beat =
      std::find_if(beats.rbegin(), std::make_reverse_iterator(first_beat), of_note);
  return {first_beat, last_beat.base()};
}

double mean_period(std::span<const std::vector<double>> runs) {
  double products = 0;
  double squares = 0;
  for (const auto& beats : runs) {
    const double middle = (static_cast<double>(beats.size()) - 1) / 2;
    for (std::size_t i = 0; i < beats.size(); ++i) {
      const double from_middle = static_cast<double>(i) - middle;
      products += from_middle * beats[i];
      squares += from_middle * from_middle;
    }
  }
  assert(squares > 0);
  return products / squares;
}

}  // namespace aura::dsp
