#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aura::analysis {

/// How far other tracks are from a track: the distances from it to the anchors of a space.
struct Crowd {
  double mean = 0;
  double deviation = 0;  ///< above 0

  bool operator==(const Crowd&) const = default;
};

/// What makes vectors of one kind comparable: the mean and the deviation of each component, and
/// anchors, tracks that stand for any track. Distances are Euclidean. Immutable, so thread-safe.
class Space {
 public:
  /// A larger space is not read.
  static constexpr int kMaxSize = 4096;
  static constexpr int kMaxAnchors = 1000;
  /// How many anchors fit() chooses.
  static constexpr int kAnchors = 100;
  /// fit() takes no fewer rows.
  static constexpr std::size_t kLeastRows = 500;
  /// place() clips beyond so many deviations.
  static constexpr float kClip = 4;

  /// Reads what write() has written to `text`, which may be hostile: a line `aura-space KIND
  /// VERSION SIZE ANCHORS`, a line of SIZE means, a line of SIZE deviations, ANCHORS lines of SIZE
  /// placed components. Throws BadMeasurement (aura/analysis/measurements.h).
  static Space read(std::string_view text);

  /// Makes the space of `rows`, raw vectors of one size. The anchors are kAnchors rows at equal
  /// steps, so shuffle the rows. Equal rows give an equal space. Throws std::invalid_argument if
  /// there are fewer than kLeastRows, sizes differ, or a number is not finite.
  static Space fit(std::string kind, int version, std::span<const std::vector<float>> rows);

  /// Returns the text that read() reads. Numbers keep all digits.
  std::string write() const;

  int size() const noexcept { return static_cast<int>(mean_.size()); }
  const std::string& kind() const noexcept { return kind_; }
  int version() const noexcept { return version_; }

  /// Returns the raw vector `raw` with mean 0 and deviation 1, clipped at kClip. A component that
  /// is not finite becomes 0. Throws std::invalid_argument if `raw` does not have size()
  /// components.
  std::vector<float> place(std::span<const float> raw) const;

  /// Returns the crowd of `placed`, a result of place(). An anchor that equals `placed` does not
  /// count: it is the track itself.
  Crowd crowd(std::span<const float> placed) const;

  /// Returns how similar two tracks at this distance are, 0 to 1: 1 - q^(1/4). q is the probability
  /// that a random track is nearer to one of them than the other is, by the normal approximation of
  /// mutual proximity (Schnitzer et al., 2012): 1 less the product of the upper tails of `a` and
  /// `b` at `distance`. 0.9 means one track in 10,000, 0.68 one in 100. This scale never changes.
  static double similarity(double distance, const Crowd& a, const Crowd& b);

  bool operator==(const Space&) const = default;

 private:
  Space() = default;

  std::string kind_;
  int version_ = 0;
  std::vector<float> mean_;
  std::vector<float> deviation_;
  std::vector<float> anchors_;  // placed, one after the other
};

/// Returns the shipped space of Timbre, in the part's version of today. Thread-safe.
Space shipped_space();

/// Returns the Euclidean distance of two vectors of one size. Thread-safe.
double distance(std::span<const float> a, std::span<const float> b) noexcept;

/// Returns ln of the probability that a normal variable (mean 0, deviation 1) is below `z`. Exact
/// to 1e-12 of the result, for any finite `z`. Thread-safe.
double log_normal_tail(double z) noexcept;

}  // namespace aura::analysis
