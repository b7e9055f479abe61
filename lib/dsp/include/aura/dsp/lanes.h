#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace aura::dsp {

/// The tables for a transform of 2 * `size` real values; RealFftTables makes them.
struct RealFftPlan {
  std::size_t size;            ///< Of the inner complex transform: a power of two, at least 4.
  const double* roots;         ///< The twiddle factors of each pass, in the order of their use.
  const double* half_roots;    ///< exp(-pi i k / size) as pairs, k from 0 to size / 2.
  const std::uint32_t* order;  ///< The row of bin k after the complex transform.
};

/// A triangle of the mel filterbank.
struct MelBand {
  std::uint32_t first_bin;
  std::uint32_t bins;
  const float* weights;  ///< One per bin.
};

/// A step of a sorting network: moves the lesser of two values to `low`, the greater to `high`.
struct Comparator {
  std::uint16_t low;
  std::uint16_t high;
};

/// The measures of a hop's samples.
struct HopMeasures {
  float peak;               ///< The largest magnitude.
  double energy;            ///< The sum of squares.
  std::uint32_t crossings;  ///< Changes of sign from one sample to the next.
};

/// A recursive filter with a state of four values, as a matrix that maps kSamples samples and the
/// state before to kSamples filtered samples and the state after. A column holds what one input
/// contributes to each output.
struct BlockFilter {
  static constexpr std::size_t kSamples = 12;
  static constexpr std::size_t kState = 4;
  static constexpr std::size_t kRows = kSamples + kState;  ///< the samples, then the state
  alignas(64) float columns[kRows][kRows];
};

/// A signal that passes through a BlockFilter.
struct FilteredSignal {
  const float* samples;              ///< the next input
  float state[BlockFilter::kState];  ///< kept from call to call; at first 0
  double energy;                     ///< of the output of the last call
};

/// Filters that compute values between samples.
struct Interpolator {
  static constexpr std::size_t kTaps = 12;
  static constexpr std::size_t kBefore = 16;     ///< samples read before the first sample
  static constexpr std::size_t kLeastSize = 64;  ///< samples per call, at least
  static constexpr std::size_t kMostPhases = 3;
  std::size_t phases;              ///< values between two samples
  float taps[kMostPhases][kTaps];  ///< per phase, for the earliest sample first
  float gain;  ///< the largest sum of |taps|: bounds a value over the highest sample
};

/// A low-pass filter that keeps every kBy-th sample.
struct Decimator {
  static constexpr std::size_t kBy = 4;
  static constexpr std::size_t kTaps = 32;
  static constexpr std::size_t kOutputs = 512;
  static constexpr std::size_t kInputs = kBy * (kOutputs - 1) + kTaps;
  float taps[kTaps];
};

/// The inner loops, compiled for one instruction set.
///
/// They work on rows of `floats` or `doubles` lanes. A row holds a value (a sample, a bin, a band)
/// of as many consecutive frames, a frame per lane. So lanes never exchange values. Matrices are
/// written [rows][lanes] and lie row after row without gaps. Arguments must not overlap.
///
/// Thread-safe: nothing is allocated, nothing is kept. Nothing throws.
struct Lanes {
  const char* name;     ///< of the instruction set
  std::size_t floats;   ///< lanes of float
  std::size_t doubles;  ///< lanes of double

  /// Returns the measures of `size` samples. Compares the sign of the first with `samples`[-1]. As
  /// in librosa, a sample is negative below -1e-10.
  HopMeasures (*measure_hop)(const float* samples, std::size_t size);

  /// Writes to `power` [plan.size + 1][floats] the power spectra |X[k]|^2 of frames of 2 *
  /// plan.size samples, each times `window` and the `scale` of its lane. `hops`
  /// [hop_length][hop_stride] has sample n of hop h at (n, h). `hop_length` is a power of two, at
  /// least 2. The frame in lane l begins with hop l. Transforms in double, like librosa: errors of
  /// single precision between a few spectral lines would move their centre. `values` is scratch
  /// space, [2 * plan.size][doubles].
  void (*power_spectra)(const RealFftPlan& plan, const float* hops, std::size_t hop_length,
                        std::size_t hop_stride, const double* window, const float* scale,
                        double* values, float* power);

  /// Writes the root of `power` [bins][floats] to `magnitude`, the mean bin by magnitude to
  /// `centroid`, and to `rolloff` the first bin up to which 85 % of the magnitude lies. Silence has
  /// 0 for both.
  void (*measure_spectra)(const float* power, std::size_t bins, float* magnitude, float* centroid,
                          float* rolloff);

  /// Writes the weighted sums of `power` to `mel` [bands][floats], and to `mel_db` the decibels of
  /// mel * 2^`doublings`[lane], at least -100.
  void (*mel_bands)(const MelBand* mel_bands, std::size_t bands, const float* power,
                    const float* doublings, float* mel, float* mel_db);

  /// Writes to `medians` [floats] the median over the bands of each frame's rise since the frame
  /// before. `frames_db` [1 + floats][bands] begins with the frame before the first. Raises values
  /// to at least `floor_db`; falls count as 0. `network` is median_network(bands). `rises` is
  /// scratch space, [bands][floats].
  void (*median_rises)(const float* frames_db, std::size_t bands, float floor_db,
                       const Comparator* network, std::size_t comparators, float* rises,
                       float* medians);

  /// Adds to `power` [plan.size + 1][doubles] the normalised power spectra of `doubles` windows of
  /// `signal`, one sample apart: |X[k]|^2 over the energy of the window, 0 if the energy is 0.
  /// Reads all windows and counts the first `windows`. `values` is scratch space, [2 *
  /// plan.size][doubles].
  void (*add_normalised_power)(const RealFftPlan& plan, const double* signal, const double* window,
                               std::size_t window_size, std::size_t windows, double* values,
                               double* power);

  /// Filters the next kSamples * `blocks` samples of `count` signals; updates state and energy.
  void (*filtered_energies)(const BlockFilter& filter, std::size_t blocks, FilteredSignal* signals,
                            std::size_t count);

  /// Returns the largest of `peak`, of the magnitudes of `size` samples and of the kBefore samples
  /// before them, and of the values interpolated between them. Each value takes a sample and the
  /// kTaps - 1 samples before it. `size` is at least kLeastSize.
  float (*interpolated_peak)(const Interpolator& interpolator, const float* samples,
                             std::size_t size, float peak);

  /// Writes kOutputs values: `decimated`[i] is the sum over k of taps[k] * `samples`[kBy * i + k].
  /// Reads kInputs samples.
  void (*decimate)(const Decimator& decimator, const float* samples, float* decimated);
};

/// Returns the loops for the widest registers of this machine. Thread-safe.
const Lanes& fastest_lanes() noexcept;

/// Returns all loops that this machine can run, from the narrowest to the fastest. Thread-safe.
std::span<const Lanes* const> usable_lanes() noexcept;

}  // namespace aura::dsp
