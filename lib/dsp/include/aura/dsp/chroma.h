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

/// How much of a track each pitch class takes, from C up; not scaled.
using Chroma = std::array<double, kPitchClasses>;

/// Makes the chroma of mono samples at 22,050 Hz, of a magnitude up to 1e15, that come in blocks of
/// any size: a harmonic pitch class profile (Gómez, "Tonal description of polyphonic audio for
/// music content processing", 2006) of blocks of a third of a second, each with the same say. The
/// peaks of a block's spectrum from 60 to 2,200 Hz count by their magnitude for the pitch class
/// that they lie near and, less and less, for those whose second, third and fourth harmonics they
/// may be. Pitch is by A = 440 Hz. Some 350 kB, whatever the track's length. One thread at a time.
class ChromaExtractor {
 public:
  explicit ChromaExtractor(const Lanes& lanes = fastest_lanes());

  void push(std::span<const float> samples);

  /// The chroma of all that was pushed but for the last part of a block; 0 throughout for silence.
  /// Ends the track: nothing may be pushed afterwards.
  Chroma chroma();

 private:
  void decimate(std::size_t outputs);
  void analyse_blocks(std::size_t count);
  void add_block(std::size_t block);

  const Lanes& lanes_;
  Decimator low_pass_;
  std::array<float, Decimator::kInputs> waiting_{};  // from the first that the next output needs
  std::size_t heard_ = 0;                            // of those
  std::array<float, Decimator::kOutputs> decimated_{};
  Eigen::ArrayXd window_;
  RealFftTables fft_;
  std::vector<float> blocks_;  // a block a lane
  std::vector<float> scale_;
  std::vector<double> values_;
  std::vector<float> power_;
  std::size_t filled_ = 0;  // of all blocks
  Chroma sum_{};
};

}  // namespace aura::dsp
