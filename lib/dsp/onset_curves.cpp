#include "aura/dsp/onset_curves.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <span>

#include "aura/base/error.h"
#include "aura/dsp/framing.h"

namespace aura::dsp {
namespace {

/// What LogMelSpectrogram keeps of 80 dB, less what is too quiet to be heard beside the loudest.
constexpr float kAboveFloorDb = 20;
/// Where the groups of bands begin and end: 0, 140, 300, 570, 1180, 3000 and 11,025 Hz.
constexpr std::array<Eigen::Index, 7> kGroupEdges{0, 5, 11, 22, 42, 70, kMelBands};
constexpr std::size_t kGroups = kGroupEdges.size() - 1;
/// A register is two groups.
constexpr std::size_t kRegisters = 3;
constexpr Eigen::Index kFirstChordBand = 4;
constexpr Eigen::Index kChordBands = 48;
/// A third of a second, in frames.
constexpr std::size_t kChordReach = 15;
/// Half of the window that an onset must stand out from; about a second in all.
constexpr std::size_t kOnsetReach = 21;
/// The same for changes of harmony, and for levels: three seconds.
constexpr std::size_t kChangeReach = 64;
/// 10^(dB / 20) = e^(dB * this).
constexpr float kNepersPerDb = 0.115129255F;

/// Takes from each value of `curve` the mean of it and of the `reach` values at either side.
void centre(std::vector<float>& curve, std::size_t reach) {
  const std::size_t size = curve.size();
  std::vector<double> sums(size + 1, 0.0);
  for (std::size_t i = 0; i < size; ++i) sums[i + 1] = sums[i] + static_cast<double>(curve[i]);
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t begin = i - std::min(i, reach);
    const std::size_t end = std::min(i + reach + 1, size);
    const double mean = (sums[end] - sums[begin]) / static_cast<double>(end - begin);
    curve[i] = static_cast<float>(static_cast<double>(curve[i]) - mean);
  }
}

/// What of `curve` lies above its mean around, scaled to a standard deviation of 1; returns what it
/// was. Differences too small to hear count as none.
float stand_out(std::vector<float>& curve, std::size_t reach) {
  constexpr double kInaudible = 1e-3;
  centre(curve, reach);
  double sum = 0;
  double squares = 0;
  for (float& value : curve) {
    value = std::max(value, 0.0F);
    const auto above = static_cast<double>(value);
    sum += above;
    squares += above * above;
  }
  const auto count = static_cast<double>(curve.size());
  const double variance = std::max(squares / count - sum / count * (sum / count), 0.0);
  const double deviation = std::sqrt(variance);
  const auto scale = static_cast<float>(1 / (deviation + kInaudible));
  for (float& value : curve) value *= scale;
  return static_cast<float>(deviation);
}

/// Sums of the last frames, so that those before and those after a frame can be compared.
class ChordChange {
 public:
  /// Takes a frame, and returns how far the last kChordReach frames are from as many before them.
  float push(const Eigen::ArrayXf& frame) {
    auto newest = ring_.col(static_cast<Eigen::Index>(at_));
    const auto middle = static_cast<Eigen::Index>((at_ + kChordReach) % (2 * kChordReach));
    before_ += ring_.col(middle) - newest;
    after_ += frame - ring_.col(middle);
    newest = frame;
    at_ = (at_ + 1) % (2 * kChordReach);
    change_ = (after_ - before_) / static_cast<float>(kChordReach);
    return (change_ - change_.mean()).abs().mean();
  }

 private:
  Eigen::ArrayXXf ring_ =
      Eigen::ArrayXXf::Zero(kChordBands, static_cast<Eigen::Index>(2 * kChordReach));
  Eigen::ArrayXf before_ = Eigen::ArrayXf::Zero(kChordBands);
  Eigen::ArrayXf after_ = Eigen::ArrayXf::Zero(kChordBands);
  Eigen::ArrayXf change_ = Eigen::ArrayXf::Zero(kChordBands);
  std::size_t at_ = 0;
};

std::vector<float> sum(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> total(a.size());
  std::transform(a.begin(), a.end(), b.begin(), total.begin(), std::plus<>());
  return total;
}

}  // namespace

OnsetCurves onset_curves(const LogMelSpectrogram& log_mel, const std::stop_token& stop) {
  assert(log_mel.bands() == kMelBands);
  const std::size_t frames = log_mel.frames();
  const float floor_db = log_mel.floor_db() + kAboveFloorDb;
  std::array<std::vector<float>, kGroups> groups;
  for (auto& group : groups) group.resize(frames);
  OnsetCurves curves;
  for (auto& accents : curves.accents) accents.resize(frames);
  for (auto& levels : curves.levels) levels.resize(frames);
  curves.chords.resize(frames);
  curves.sounds.resize(frames);

  ChordChange chord_change;
  Eigen::ArrayXf now(static_cast<Eigen::Index>(kMelBands));
  Eigen::ArrayXf before(now.size());
  Eigen::ArrayXf rise(now.size());
  Eigen::ArrayXf amplitude(now.size());
  Eigen::ArrayXf amplitude_before(now.size());
  std::size_t t = 0;
  log_mel.for_each_frame_db([&](std::span<const float> frame) {
    if (t % 1024 == 0 && stop.stop_requested()) throw Stopped();
    now = Eigen::Map<const Eigen::ArrayXf>(frame.data(), now.size()).max(floor_db);
    curves.sounds[t] = (now > floor_db).any();
    amplitude = ((now - floor_db) * kNepersPerDb).exp();
    if (t == 0) {
      before = now;
      amplitude_before = amplitude;
    }
    rise = (now - before).max(0);
    for (std::size_t g = 0; g < kGroups; ++g) {
      groups[g][t] = rise.segment(kGroupEdges[g], kGroupEdges[g + 1] - kGroupEdges[g]).mean();
    }
    rise = (amplitude - amplitude_before).max(0);
    for (std::size_t r = 0; r < kRegisters; ++r) {
      const auto begin = kGroupEdges[2 * r];
      const auto bands = kGroupEdges[2 * r + 2] - begin;
      curves.accents[r][t] = rise.segment(begin, bands).sum();
      curves.levels[r][t] = now.segment(begin, bands).mean();
    }
    const float change = chord_change.push(now.segment(kFirstChordBand, kChordBands));
    // Known once half of the frames compared lie after it.
    if (t + 1 >= 2 * kChordReach) curves.chords[t + 1 - kChordReach] = change;
    before.swap(now);
    amplitude_before.swap(amplitude);
    ++t;
  });

  for (auto& group : groups) curves.rise_db += stand_out(group, kOnsetReach) / kGroups;
  for (auto& accents : curves.accents) stand_out(accents, kOnsetReach);
  for (auto& levels : curves.levels) centre(levels, kChangeReach);
  stand_out(curves.chords, kChangeReach);
  curves.low = sum(groups[0], groups[1]);
  curves.mid = sum(groups[2], groups[3]);
  curves.high = sum(groups[4], groups[5]);
  return curves;
}

}  // namespace aura::dsp
