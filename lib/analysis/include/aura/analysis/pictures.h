#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace aura::analysis {

/// What a page draws of a track, condensed to a size that doesn't depend on the track's. Columns
/// are equally spaced over its duration; a short track has fewer.
struct Pictures {
  static constexpr std::size_t kMostCurveColumns = 800;
  static constexpr std::size_t kMostSpectrumColumns = 400;
  static constexpr std::size_t kBands = 64;
  static constexpr std::size_t kCoefficients = 13;

  /// How much of the onsets repeats at a tempo: 0 to 1.
  struct TempoStrength {
    double bpm = 0;
    double strength = 0;

    bool operator==(const TempoStrength&) const = default;
  };

  double duration_s = 0;
  std::vector<std::int8_t> low;   ///< the least sample of each column; 127 is full scale
  std::vector<std::int8_t> high;  ///< the greatest, likewise
  double highest_hz = 0;          ///< where the bands end; they begin at 0
  /// Column after column, kBands of equal width on the mel scale, lowest first: mean dB, 255 that
  /// of the loudest, 0 what is range_db below it, which is 80 dB below the loudest moment of the
  /// track.
  std::vector<std::uint8_t> spectrogram;
  double range_db = 80;
  /// As many columns, of kCoefficients: how far each is from its own mean over the track, in
  /// mfcc_scale of that coefficient.
  std::vector<std::int8_t> mfcc;
  std::array<double, kCoefficients> mfcc_scale{};
  std::vector<std::uint8_t> onsets;  ///< the strongest of each column; 255 for the track's
  std::vector<TempoStrength> tempi;  ///< from 30 to 300 BPM, rising

  bool operator==(const Pictures&) const = default;
};

}  // namespace aura::analysis
