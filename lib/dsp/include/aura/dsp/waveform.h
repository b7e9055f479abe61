#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace aura::dsp {

/// The least and the greatest of some samples.
struct SampleRange {
  float low = 0;
  float high = 0;
};

/// Condenses the samples of a track, which come in blocks of any size, to a waveform that can be
/// drawn, though nothing says how many there will be: each stretch of equally many samples becomes
/// a range, and whenever there are kMostRanges of them, they are merged by twos. 32 kB, whatever
/// the track's length. One thread at a time.
class Waveform {
 public:
  static constexpr std::size_t kMostRanges = 4096;

  void push(std::span<const float> samples);

  std::uint64_t samples() const noexcept;

  /// The track in equally long columns: `most` of them, at most kMostRanges, or fewer where there
  /// are fewer ranges. A column holds every range that it shares a sample with.
  std::vector<SampleRange> columns(std::size_t most) const;

 private:
  void end_range();

  std::vector<SampleRange> ranges_;  // of samples_per_range_ each
  std::uint64_t samples_per_range_ = 1;
  SampleRange last_{};  // of the filled_ samples since
  std::uint64_t filled_ = 0;
};

}  // namespace aura::dsp
