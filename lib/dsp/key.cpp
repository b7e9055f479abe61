#include "aura/dsp/key.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "key_profiles.h"

namespace aura::dsp {
namespace {

static_assert(kKeyVersion == 3, "estimate_key() reads profiles of version 3");

/// Of the likeness to a chord, 0 to 1: chords that are less alike by an eighth are e times less
/// likely.
constexpr float kChordsApart = 8;
/// 3 s: how many blocks back chords are paired.
constexpr std::size_t kReach = 8;
using PerChord = Eigen::Array<float, kChords, 1>;

/// Adds up pairs of chords of blocks that are at most kReach apart.
class PairCounter {
 public:
  void add(const PerChord& chords) {
    if (blocks_ > 0) {
      PerChord before = PerChord::Zero();
      const std::size_t reach = std::min(blocks_, kReach);
      for (std::size_t i = 0; i < reach; ++i) before += last_[i];
      sums_ += (before.matrix() * chords.matrix().transpose()).cast<double>();
      pairs_ += reach;
    }
    last_[blocks_++ % kReach] = chords;
  }

  void write(KeyEvidence& evidence) const {
    if (pairs_ == 0) return;
    for (std::size_t i = 0; i < kChords; ++i) {
      for (std::size_t j = 0; j < kChords; ++j) {
        const double sum = sums_(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
        evidence.chord_pairs[i][j] = sum / static_cast<double>(pairs_);
      }
    }
  }

 private:
  std::array<PerChord, kReach> last_{};
  std::size_t blocks_ = 0;
  std::size_t pairs_ = 0;
  Eigen::Matrix<double, kChords, kChords> sums_ = Eigen::Matrix<double, kChords, kChords>::Zero();
};

/// The probability of each chord, first of major then of minor chords, each from C up.
PerChord chords_of(const ChromaBlock& block) {
  float squares = 0;
  for (const float strength : block) squares += strength * strength;
  const float scale = kChordsApart / std::sqrt(3 * squares);
  PerChord likeness;
  for (std::size_t root = 0; root < kPitchClasses; ++root) {
    const float open = block[root] + block[(root + 7) % kPitchClasses];
    const auto place = static_cast<Eigen::Index>(root);
    likeness(place) = open + block[(root + 4) % kPitchClasses];
    likeness(place + Eigen::Index{kPitchClasses}) = open + block[(root + 3) % kPitchClasses];
  }
  const PerChord odds = (scale * (likeness - likeness.maxCoeff())).exp();
  return odds / odds.sum();
}

/// Scaled to a length of 1, about its mean, so that only its shape counts.
Chroma shape_of(const Chroma& chroma) noexcept {
  double squares = 0;
  double sum = 0;
  for (const double value : chroma) {
    squares += value * value;
    sum += value;
  }
  Chroma shape{};
  if (squares <= 0) return shape;
  const double length = std::sqrt(squares);
  for (std::size_t i = 0; i < kPitchClasses; ++i) {
    shape[i] = (chroma[i] - sum / kPitchClasses) / length;
  }
  return shape;
}

double fit(const KeyEvidence& evidence, const KeyProfile& profile, std::size_t tonic,
           std::size_t tonic_chord) noexcept {
  const auto& pairs = evidence.chord_pairs;
  double sum = 0;
  for (std::size_t i = 0; i < kPitchClasses; ++i) {
    const std::size_t from_c = (tonic + i) % kPitchClasses;
    sum += profile.notes[i] * evidence.notes[from_c] +
           profile.major_chords[i] * evidence.major_chords[from_c] +
           profile.minor_chords[i] * evidence.minor_chords[from_c] +
           profile.majors_before[i] * pairs[from_c][tonic_chord] +
           profile.minors_before[i] * pairs[kPitchClasses + from_c][tonic_chord] +
           profile.majors_after[i] * pairs[tonic_chord][from_c] +
           profile.minors_after[i] * pairs[tonic_chord][kPitchClasses + from_c];
  }
  return sum;
}

}  // namespace

KeyEvidence key_evidence(std::span<const ChromaBlock> blocks) noexcept {
  KeyEvidence evidence;
  Eigen::Array<double, kChords, 1> chords = Eigen::Array<double, kChords, 1>::Zero();
  PairCounter pairs;
  std::size_t sounding = 0;
  for (const auto& block : blocks) {
    if (*std::max_element(block.begin(), block.end()) <= 0) continue;
    ++sounding;
    const PerChord here = chords_of(block);
    chords += here.cast<double>();
    pairs.add(here);
    // The root, so that a class that is soft but always there counts.
    for (std::size_t i = 0; i < kPitchClasses; ++i)
      evidence.notes[i] += std::sqrt(static_cast<double>(block[i]));
  }
  if (sounding == 0) return evidence;
  evidence.notes = shape_of(evidence.notes);
  chords /= static_cast<double>(sounding);
  std::copy_n(chords.begin(), kPitchClasses, evidence.major_chords.begin());
  std::copy_n(chords.begin() + Eigen::Index{kPitchClasses}, kPitchClasses,
              evidence.minor_chords.begin());
  pairs.write(evidence);
  return evidence;
}

KeyEstimate estimate_key(const KeyEvidence& evidence) noexcept {
  const auto& chords = evidence.major_chords;
  const auto& minor_chords = evidence.minor_chords;
  const auto is_nothing = [](double value) { return value == 0; };
  if (std::all_of(chords.begin(), chords.end(), is_nothing) &&
      std::all_of(minor_chords.begin(), minor_chords.end(), is_nothing))
    return {};
  std::array<double, kChords> scores;
  for (std::size_t tonic = 0; tonic < kPitchClasses; ++tonic) {
    const std::size_t minor = kPitchClasses + tonic;
    scores[tonic] = fit(evidence, kMajorProfile, tonic, tonic);
    scores[minor] = fit(evidence, kMinorProfile, tonic, minor) + kMinorBias;
  }
  const double most = *std::max_element(scores.begin(), scores.end());
  double total = 0;
  for (const double score : scores) total += std::exp(score - most);
  // The likeliest, which is then taken out, so that the next is the second.
  const auto take_best = [&]() -> Key {
    auto* const best = std::max_element(scores.begin(), scores.end());
    const auto index = static_cast<std::size_t>(best - scores.begin());
    const double weight = std::exp(*best - most) / total;
    *best = std::numeric_limits<double>::lowest();
    return {index % kPitchClasses, index >= kPitchClasses, weight};
  };
  const Key best = take_best();
  return {best, take_best()};
}

}  // namespace aura::dsp
