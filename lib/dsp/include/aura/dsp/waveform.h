#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace aura::dsp {

/// The lowest and the highest of some samples.
struct SampleRange {
  float low = 0;
  float high = 0;
};

/// Condenses a track of unknown length to a waveform that can be drawn. Each run of equally many
/// samples becomes a range. Whenever there are kMostRanges ranges, merges them in pairs. Memory: 32
/// kB, whatever the length. Not thread-safe.
class Waveform {
 public:
  static constexpr std::size_t kMostRanges = 4096;

  /// Takes the next samples, any number.
  void push(std::span<const float> samples);

  /// Returns how many samples were pushed.
  std::uint64_t samples() const noexcept;

  /// Returns the track in at most `most` equally long columns, fewer if it has fewer ranges. `most`
  /// is at most kMostRanges. A column covers every range that shares a sample with it.
  std::vector<SampleRange> columns(std::size_t most) const;

 private:
  void end_range();

  std::vector<SampleRange> ranges_;  // samples_per_range_ samples each
  std::uint64_t samples_per_range_ = 1;
  SampleRange last_{};  // of the last filled_ samples
  std::uint64_t filled_ = 0;
};

}  // namespace aura::dsp
