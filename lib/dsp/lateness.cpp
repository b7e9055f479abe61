#include "aura/dsp/lateness.h"

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "beat_weights.h"

namespace aura::dsp {
namespace {

/// Frames before and after a beat.
constexpr std::size_t kBefore = 3;
constexpr Eigen::Index kAround = 8;
/// Of a mean course, the frames in which the beat's own onset is.
constexpr std::size_t kOnsetBegins = 2;
constexpr std::size_t kOnsetFrames = 4;
constexpr std::size_t kFewBeats = 4;
/// Without beats to tell it by: an onset enters its frame's window before the middle.
constexpr double kUsualLateness = -0.5;

using Course = Eigen::Array<double, kAround, 1>;

/// The mean course of a curve around beats that are not at the ends.
Course mean_course(const std::vector<float>& curve, std::span<const double> beats) {
  Course sum = Course::Zero();
  for (const double beat : beats) {
    const auto below = static_cast<std::size_t>(beat);
    const double part = beat - static_cast<double>(below);
    for (Eigen::Index i = 0; i < kAround; ++i) {
      const std::size_t t = below + static_cast<std::size_t>(i) - kBefore;
      sum(i) +=
          static_cast<double>(curve[t]) * (1 - part) + static_cast<double>(curve[t + 1]) * part;
    }
  }
  return sum / static_cast<double>(beats.size());
}

/// Whatever the level, from 0, with a sum of 1.
Course normalised(Course course) {
  course -= course.minCoeff();
  return course / (course.sum() + 1e-9);
}

double onset_in(const Course& course) {
  double sum = 0;
  for (std::size_t i = 0; i < kOnsetFrames; ++i)
    sum += course(static_cast<Eigen::Index>(kOnsetBegins + i));
  return sum;
}

}  // namespace

double lateness_frames(const OnsetCurves& curves, std::span<const double> beats) {
  std::vector<double> inside;
  for (const double beat : beats) {
    if (beat >= kBefore && beat + kAround - kBefore <= static_cast<double>(curves.low.size()))
      inside.push_back(beat);
  }
  // A beat half a frame before the last frame that counts reads one frame further.
  std::erase_if(inside, [&](double beat) {
    return static_cast<std::size_t>(beat) + kAround - kBefore >= curves.low.size();
  });
  if (inside.size() < kFewBeats) return kUsualLateness;
  const auto low = mean_course(curves.low, inside);
  const auto mid = mean_course(curves.mid, inside);
  const auto high = mean_course(curves.high, inside);
  Course accents = Course::Zero();
  for (const auto& curve : curves.accents) accents += mean_course(curve, inside);
  Course levels = Course::Zero();
  for (const auto& curve : curves.levels) levels += mean_course(curve, inside);

  double sum = kLateBias;
  std::size_t at = 0;
  for (const auto& course : {Course(low + mid + high), accents, levels}) {
    const Course shape = normalised(course);
    for (const double value : shape) sum += kLateWeights.at(at++) * value;
  }
  const double all = onset_in(low) + onset_in(mid) + onset_in(high) + 1e-9;
  for (const auto* course : {&low, &mid, &high})
    sum += kLateWeights.at(at++) * onset_in(*course) / all;
  return sum;
}

}  // namespace aura::dsp
