#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "aura/dsp/lanes.h"
#include "aura/dsp/real_fft_tables.h"

namespace aura::dsp {

inline constexpr std::size_t kPitchClasses = 12;

/// The strength of each pitch class in a track, from C up; not scaled.
using Chroma = std::array<double, kPitchClasses>;

/// Makes the chroma of a track: a harmonic pitch class profile (Gómez, "Tonal description of
/// polyphonic audio for music content processing", 2006). All blocks, a third of a second each,
/// weigh the same. A peak of a block's spectrum from 60 to 2,200 Hz adds its magnitude to the
/// nearest pitch class. It adds less to the classes whose second, third or fourth harmonic it may
/// be. Assumes A = 440 Hz. Memory: 350 kB, whatever the length. Not thread-safe.
class ChromaExtractor {
 public:
  /// The caller keeps `lanes` alive.
  explicit ChromaExtractor(const Lanes& lanes = fastest_lanes());

  /// Takes the next samples: mono at kSampleRateHz, magnitudes up to 1e15, any number.
  void push(std::span<const float> samples);

  /// Ends the track and returns its chroma, without an incomplete last block; all 0 for silence.
  /// Push nothing afterwards.
  Chroma chroma();

 private:
  void decimate(std::size_t outputs);
  void analyse_blocks(std::size_t count);
  void add_block(std::size_t block);

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
  Chroma sum_{};
};

}  // namespace aura::dsp
