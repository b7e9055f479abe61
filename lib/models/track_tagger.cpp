#include "aura/models/track_tagger.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace aura::models {
namespace {

constexpr std::size_t kPatchSize = Musicnn::kFrames * Musicnn::kBands;
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
  assert(patches >= 1);
  patch_.reserve(kPatchSize);
}

void TrackTagger::push(std::span<const float> samples) {
  mels_.push(samples, [this](std::span<const float> bands) { take(bands); });
}

void TrackTagger::take(std::span<const float> bands) {
  patch_.insert(patch_.end(), bands.begin(), bands.end());
  if (patch_.size() == kPatchSize) keep();
}

void TrackTagger::keep() {
  has_patch_ = true;
  if (mean_of(patch_) > kSilent && sounding_++ % step_ == 0) {
    kept_.push_back(patch_);
    // Twice as many as are needed: half of them are then as evenly spread, at twice the distance.
    if (kept_.size() == 2 * most_) {
      for (std::size_t i = 1; i < most_; ++i) kept_[i] = std::move(kept_[2 * i]);
      kept_.resize(most_);
      step_ *= 2;
    }
  }
  patch_.clear();
}

void TrackTagger::leave_out_quiet() {
  if (kept_.empty()) return;
  std::vector<double> powers;
  double sum = 0;
  for (const Patch& patch : kept_) sum += powers.emplace_back(power_of(patch));
  const double least = kQuiet * sum / static_cast<double>(powers.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    if (powers[i] >= least) std::swap(kept_[count++], kept_[i]);
  }
  kept_.resize(count);
}

/// Leaves as many patches as are wanted: the middles of equal parts.
void TrackTagger::thin_out() {
  if (kept_.size() <= most_) return;
  for (std::size_t i = 0; i < most_; ++i)
    std::swap(kept_[i], kept_[(2 * i + 1) * kept_.size() / (2 * most_)]);
  kept_.resize(most_);
}

TrackTags TrackTagger::finish() {
  mels_.finish([this](std::span<const float> bands) { take(bands); });
  if (!has_patch_) {
    patch_.resize(kPatchSize);
    keep();
  }
  leave_out_quiet();
  thin_out();
  TrackTags track;
  Musicnn::Scratch scratch;
  for (const Patch& patch : kept_) {
    const auto result = tagger_.run(patch, scratch);
    for (std::size_t i = 0; i < result.scores.size(); ++i) track.scores[i] += result.scores[i];
    for (std::size_t i = 0; i < result.embedding.size(); ++i)
      track.embedding[i] += result.embedding[i];
  }
  track.patches = kept_.size();
  const float share = track.patches == 0 ? 0 : 1 / static_cast<float>(track.patches);
  for (float& score : track.scores) score *= share;
  for (float& value : track.embedding) value *= share;
  return track;
}

}  // namespace aura::models
