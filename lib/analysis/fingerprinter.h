#pragma once

#include <chromaprint.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "aura/analysis/fingerprint.h"

namespace aura::analysis {

/// Makes the fingerprint of a track by Chromaprint. Memory: 0.2 MB. Not thread-safe.
class Fingerprinter {
 public:
  /// Takes samples at `sample_rate_hz`, more than 1000. Throws std::bad_alloc.
  explicit Fingerprinter(int sample_rate_hz);

  /// Takes the next samples: mono, finite, any number. Ignores all after kFingerprintSeconds.
  /// Throws std::bad_alloc.
  void push(std::span<const float> samples);

  /// Ends the track and returns its fingerprint. Push nothing afterwards. Throws std::bad_alloc.
  Fingerprint finish();

 private:
  static constexpr std::size_t kReach = 11;  // samples on each side that the low-pass filter reads

  void halve(std::span<const float> samples);
  void feed(std::span<const float> samples);

  struct Free {
    void operator()(ChromaprintContext* context) const noexcept { chromaprint_free(context); }
  };
  std::unique_ptr<ChromaprintContext, Free> context_;
  std::size_t left_;                            // samples until kFingerprintSeconds
  bool halves_;                                 // the sample rate
  std::array<float, (kReach + 1) / 2> taps_{};  // of the filter, from its middle outwards
  std::vector<float> waiting_;                  // from the first sample that the filter needs next
  std::vector<float> halved_;
  std::vector<std::int16_t> block_;
};

}  // namespace aura::analysis
