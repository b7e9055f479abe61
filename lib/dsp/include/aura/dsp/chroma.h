#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "aura/dsp/fft.h"

namespace aura::dsp {

inline constexpr std::size_t kPitchClasses = 12;

/// How much of a track each pitch class takes, from C up; not scaled.
using Chroma = std::array<double, kPitchClasses>;

/// Makes the chroma of mono samples at 22,050 Hz that come in blocks of any size: a harmonic pitch
/// class profile (Gómez, "Tonal description of polyphonic audio for music content processing",
/// 2006) of blocks of a third of a second, each with the same say. The peaks of a block's spectrum
/// from 60 to 2,200 Hz count by their magnitude for the pitch class that they lie near and, less
/// and less, for those whose second, third and fourth harmonics they may be. Pitch is by A = 440
/// Hz. Some 150 kB, whatever the track's length. One thread at a time.
class ChromaExtractor {
 public:
  ChromaExtractor();

  void push(std::span<const float> samples);

  /// The chroma of all that was pushed but for the last part of a block; 0 throughout for silence.
  Chroma chroma() const noexcept { return sum_; }

 private:
  void analyse_blocks();
  void add_block(bool second);

  std::vector<float> low_pass_;
  std::vector<float> waiting_;  // samples, from the first that the next output needs
  std::vector<double> window_;
  ComplexFft fft_;
  std::vector<std::complex<double>> blocks_;  // one as real parts, the next as imaginary
  std::vector<std::complex<double>> bins_;
  std::vector<double> power_;
  std::size_t filled_ = 0;  // of both blocks
  Chroma sum_{};
};

}  // namespace aura::dsp
