#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace aura::analysis {

/// The pictures of a track, in a size that doesn't depend on its length. Columns are equally spaced
/// over the duration; a short track has fewer.
struct Pictures {
  static constexpr std::size_t kMostCurveColumns = 800;
  static constexpr std::size_t kMostSpectrumColumns = 400;
  static constexpr std::size_t kBands = 64;
  static constexpr std::size_t kCoefficients = 13;

  /// How much the onsets repeat at a tempo: 0 to 1.
  struct TempoStrength {
    double bpm = 0;
    double strength = 0;

    bool operator==(const TempoStrength&) const = default;
  };

  double duration_s = 0;
  std::vector<std::int8_t> low;   ///< lowest sample of each column; 127 is full scale
  std::vector<std::int8_t> high;  ///< highest sample of each column
  double highest_hz = 0;          ///< upper end of the bands, which begin at 0 Hz
  /// Column after column, kBands of equal width on the mel scale, lowest first. Each is a mean
  /// level: 255 for the loudest, 0 for range_db below it, which is 80 dB below the loudest cell of
  /// the track.
  std::vector<std::uint8_t> spectrogram;
  double range_db = 80;
  /// As many columns of kCoefficients: the distance of each coefficient from its mean over the
  /// track, in units of its mfcc_scale.
  std::vector<std::int8_t> mfcc;
  std::array<double, kCoefficients> mfcc_scale{};
  std::vector<std::uint8_t> onsets;  ///< strongest of each column; 255 is the track's strongest
  std::vector<TempoStrength> tempi;  ///< from 30 to 300 BPM, in rising order

  bool operator==(const Pictures&) const = default;
};

}  // namespace aura::analysis
