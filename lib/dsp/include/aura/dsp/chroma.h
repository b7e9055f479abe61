#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aura/dsp/framing.h"
#include "aura/dsp/lanes.h"
#include "aura/dsp/real_fft_tables.h"

namespace aura::dsp {

inline constexpr std::size_t kPitchClasses = 12;
/// From a block of chroma to the next.
inline constexpr double kChromaBlockSeconds = 2048 * Decimator::kBy / double{kSampleRateHz};

/// A value per pitch class, from C up.
using Chroma = std::array<double, kPitchClasses>;

/// The strength of each pitch class in a block, from C up. The largest is 1; all are 0 in silence.
using ChromaBlock = std::array<float, kPitchClasses>;

/// The chroma of a track in its own tuning.
struct TunedChroma {
  double tuning_hz = 440;  ///< the pitch of A: 424.9 to 450.2
  std::vector<ChromaBlock> blocks;
};

/// Makes the chroma of a track: harmonic pitch class profiles (Gómez, "Tonal description of
/// polyphonic audio for music content processing", 2006) of blocks of kChromaBlockSeconds. A peak
/// of a block's spectrum from 60 to 2,200 Hz adds its magnitude to the nearest pitch class. It adds
/// less to the classes whose second, third or fourth harmonic it may be. Peaks are first kept by
/// tenths of a semitone. When all are known, so is the pitch of A, and classes are counted from it.
/// Memory: 350 kB, and 0.8 kB per second. Not thread-safe.
class ChromaExtractor {
 public:
  /// The caller keeps `lanes` alive.
  explicit ChromaExtractor(const Lanes& lanes = fastest_lanes());

  /// Takes the next samples: mono at kSampleRateHz, magnitudes up to 1e15, any number.
  void push(std::span<const float> samples);

  /// Ends the track and returns its chroma, without an incomplete last block. Push nothing
  /// afterwards.
  TunedChroma finish();

 private:
  void decimate(std::size_t outputs);
  void analyse_blocks(std::size_t count);
  void add_block(std::size_t block);
  double tuning_semitones() const;

  const Lanes& lanes_;
  Decimator low_pass_;
  std::array<float, Decimator::kInputs> waiting_{};  // from the first that the next output needs
  std::size_t heard_ = 0;                            // samples in waiting_
  std::array<float, Decimator::kOutputs> decimated_{};
  Eigen::ArrayXd window_;
  RealFftTables fft_;
  std::vector<float> blocks_;  // [kBlock][lanes], a block per lane
  std::vector<float> scale_;
  std::vector<double> values_;
  std::vector<float> power_;
  std::size_t filled_ = 0;  // samples in all blocks
  // A block's strengths by tenths of a semitone from C up, all harmonics of octaves in one.
  static constexpr std::size_t kTenths = 10 * kPitchClasses;
  std::vector<std::array<std::uint16_t, kTenths>> tenths_;
  // How far peaks lie from the notes of A = 440 Hz: the sum of unit vectors, once around per
  // semitone, and of their lengths.
  double off_cos_ = 0;
  double off_sin_ = 0;
  double off_length_ = 0;
};

}  // namespace aura::dsp
