#include "aura/models/track_tagger.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "aura/base/error.h"

namespace aura::models {
namespace {

constexpr std::size_t kPatchSize = Musicnn::kFrames * Musicnn::kBands;
constexpr double kPatchSeconds =
    static_cast<double>(Musicnn::kFrames * LogMels::kHopLength) / Resampler::kToHz;
/// The mean of the values of a silent patch at most: the noise of 16 bits stays below it.
constexpr double kSilent = 1e-3;
/// Patches quieter than this part of the mean are left out: 20 dB.
constexpr double kQuiet = 0.01;

double mean_of(const std::vector<float>& patch) {
  double sum = 0;
  for (const float value : patch) sum += value;
  return sum / static_cast<double>(patch.size());
}

/// The mean power of the bands.
double power_of(const std::vector<float>& patch) {
  double sum = 0;
  for (const float value : patch) sum += std::pow(10.0, value) - 1;
  return sum / static_cast<double>(patch.size());
}

}  // namespace

TrackTagger::TrackTagger(const Tagger& tagger, int sample_rate_hz, std::size_t patches)
    : tagger_(tagger), most_(patches), mels_(sample_rate_hz) {
  assert(patches <= kMostPatches);
  patch_.reserve(kPatchSize);
}

void TrackTagger::push(std::span<const float> samples) {
  mels_.push(samples, [this](std::span<const float> bands) { take(bands); });
}

void TrackTagger::take(std::span<const float> bands) {
  patch_.insert(patch_.end(), bands.begin(), bands.end());
  if (patch_.size() == kPatchSize) end_patch();
}

void TrackTagger::end_patch() {
  if (mean_of(patch_) > kSilent && sounding_++ % step_ == 0) keep();
  ++patches_;
  patch_.clear();
}

void TrackTagger::keep() {
  Kept& kept = kept_.emplace_back(Kept{patches_, power_of(patch_), {}, {}});
  if (most_ == kEveryPatch) {
    kept.result = tagger_.run(patch_, scratch_);
    return;
  }
  kept.bands = patch_;
  // Twice as many as are needed: half of them are then as evenly spread, at twice the distance.
  if (kept_.size() == 2 * most_) {
    for (std::size_t i = 1; i < most_; ++i) kept_[i] = std::move(kept_[2 * i]);
    kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(most_), kept_.end());
    step_ *= 2;
  }
}

void TrackTagger::leave_out_quiet() {
  if (kept_.empty()) return;
  double sum = 0;
  for (const Kept& patch : kept_) sum += patch.power;
  const double least = kQuiet * sum / static_cast<double>(kept_.size());
  std::erase_if(kept_, [&](const Kept& patch) { return patch.power < least; });
}

/// Leaves as many patches as are wanted: the middles of equal parts.
void TrackTagger::thin_out() {
  if (most_ == kEveryPatch || kept_.size() <= most_) return;
  for (std::size_t i = 0; i < most_; ++i)
    std::swap(kept_[i], kept_[(2 * i + 1) * kept_.size() / (2 * most_)]);
  kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(most_), kept_.end());
}

TrackTags TrackTagger::finish(const std::stop_token& stop) {
  mels_.finish([this](std::span<const float> bands) { take(bands); });
  if (patches_ == 0) {
    patch_.resize(kPatchSize);
    end_patch();
  }
  leave_out_quiet();
  thin_out();
  TrackTags track;
  for (Kept& patch : kept_) {
    if (stop.stop_requested()) throw Stopped();
    const Tagger::Result result = patch.result ? *patch.result : tagger_.run(patch.bands, scratch_);
    for (std::size_t i = 0; i < result.scores.size(); ++i) track.scores[i] += result.scores[i];
    for (std::size_t i = 0; i < result.embedding.size(); ++i)
      track.embedding[i] += result.embedding[i];
    track.patches.push_back({static_cast<double>(patch.place) * kPatchSeconds, result.scores});
  }
  const float share = kept_.empty() ? 0 : 1 / static_cast<float>(kept_.size());
  for (float& score : track.scores) score *= share;
  for (float& value : track.embedding) value *= share;
  return track;
}

}  // namespace aura::models
