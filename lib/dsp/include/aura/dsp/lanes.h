#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace aura::dsp {

/// What a transform of 2 * `size` real values reads beside them; RealFftTables makes it.
struct RealFftPlan {
  std::size_t size;            ///< Of the complex transform within, a power of two, at least 4.
  const double* roots;         ///< The twiddle factors of each pass, in the order of their use.
  const double* half_roots;    ///< exp(-pi i k / size) as pairs, k from 0 to size / 2.
  const std::uint32_t* order;  ///< The row where the complex transform leaves its bin k.
};

/// A triangle of the mel filterbank.
struct MelBand {
  std::uint32_t first_bin;
  std::uint32_t bins;
  const float* weights;  ///< One for each of its bins.
};

/// A step of a sorting network: the lesser of two values goes to `low`.
struct Comparator {
  std::uint16_t low;
  std::uint16_t high;
};

/// What a hop's samples say by themselves.
struct HopMeasures {
  float peak;               ///< The largest magnitude.
  double energy;            ///< The sum of squares.
  std::uint32_t crossings;  ///< Changes of sign from one sample to the next.
};

/// A recursive filter of four values of state that takes and gives kSamples samples at once: each
/// column is what one of them, or of the state before, adds to those that come out and to the state
/// after.
struct BlockFilter {
  static constexpr std::size_t kSamples = 12;
  static constexpr std::size_t kState = 4;
  static constexpr std::size_t kRows = kSamples + kState;  ///< the samples, then the state
  alignas(64) float columns[kRows][kRows];
};

/// A signal on its way through a BlockFilter.
struct FilteredSignal {
  const float* samples;              ///< to come
  float state[BlockFilter::kState];  ///< the filter's, from call to call; at first 0
  double energy;                     ///< of what came of the samples of the last call
};

/// What makes values between samples.
struct Interpolator {
  static constexpr std::size_t kTaps = 12;
  static constexpr std::size_t kBefore = 16;     ///< samples read before the first
  static constexpr std::size_t kLeastSize = 64;  ///< samples at a time
  static constexpr std::size_t kMostPhases = 3;
  std::size_t phases;              ///< values between a sample and the next
  float taps[kMostPhases][kTaps];  ///< of each, the earliest sample's first
  float gain;  ///< how far a value may exceed the highest sample: the largest sum of |taps|
};

/// A low-pass that leaves every kBy-th sample.
struct Decimator {
  static constexpr std::size_t kBy = 4;
  static constexpr std::size_t kTaps = 32;
  static constexpr std::size_t kOutputs = 512;
  static constexpr std::size_t kInputs = kBy * (kOutputs - 1) + kTaps;
  float taps[kTaps];
};

/// The inner loops, compiled for one instruction set.
///
/// They work on rows of `floats` or `doubles` lanes: a row holds the same thing (a sample, a bin, a
/// band) of as many consecutive frames, one frame a lane. So each lane does what a program for one
/// frame would do, and no step needs two lanes to meet. Matrices are written [rows][lanes] and lie
/// row after row without gaps; pointers to different things must not overlap.
///
/// Nothing is allocated and nothing kept: any thread may call.
struct Lanes {
  const char* name;
  std::size_t floats;
  std::size_t doubles;

  /// Measures `size` samples; the sign of the first is compared with that of `samples`[-1]. A
  /// sample counts as negative below -1e-10, as librosa has it.
  HopMeasures (*measure_hop)(const float* samples, std::size_t size);

  /// The power spectra |X[k]|^2 [plan.size + 1][floats] of frames of 2 * plan.size samples, each
  /// times `window` and its lane's `scale`. `hops` [hop_length][hop_stride] has sample n of hop h
  /// at (n, h), hop_length being at least 2; the frame in lane l begins with hop l. Transforms in
  /// double, as librosa does: where a spectrum is a few lines, what single precision leaves between
  /// them would move its centre. `values` is room for [2 * plan.size][doubles].
  void (*power_spectra)(const RealFftPlan& plan, const float* hops, std::size_t hop_length,
                        std::size_t hop_stride, const double* window, const float* scale,
                        double* values, float* power);

  /// The root of `power` [bins][floats], the mean bin weighted by it, and the first bin up to which
  /// 85 % of its sum lies (both 0 where all is 0).
  void (*measure_spectra)(const float* power, std::size_t bins, float* magnitude, float* centroid,
                          float* rolloff);

  /// `mel` [bands][floats] gets the weighted sums of `power`, and `mel_db` the same in decibels of
  /// power * 2^`doublings`[lane], at least -100.
  void (*mel_bands)(const MelBand* mel_bands, std::size_t bands, const float* power,
                    const float* doublings, float* mel, float* mel_db);

  /// For `floats` frames of `bands` values in dB, frame after frame, the median over the bands of
  /// the rise over the frame before; `frames_db` begins with that of the first. Values count as at
  /// least `floor_db`, falls as 0. `network` is median_network(bands); `rises` is room for
  /// [bands][floats].
  void (*median_rises)(const float* frames_db, std::size_t bands, float floor_db,
                       const Comparator* network, std::size_t comparators, float* rises,
                       float* medians);

  /// Adds the normalised power spectra of `doubles` windows of `signal`, one sample apart, to
  /// `power` [size + 1][doubles]: |X[k]|^2 over the windowed energy, nothing where that is 0. Only
  /// the first `windows` of them count, though all are read. `values` is room for [2 * size].
  void (*add_normalised_power)(const RealFftPlan& plan, const double* signal, const double* window,
                               std::size_t window_size, std::size_t windows, double* values,
                               double* power);

  /// Sends the first kSamples * `blocks` samples of each of `signals` through `filter`.
  void (*filtered_energies)(const BlockFilter& filter, std::size_t blocks, FilteredSignal* signals,
                            std::size_t count);

  /// The largest of `peak` and of the magnitudes of `size` samples, of the kBefore before them, and
  /// of what is interpolated from each with the kTaps - 1 before it.
  float (*interpolated_peak)(const Interpolator& interpolator, const float* samples,
                             std::size_t size, float peak);

  /// `decimated`[i], of kOutputs, is the sum of taps[k] * `samples`[kBy * i + k].
  void (*decimate)(const Decimator& decimator, const float* samples, float* decimated);
};

/// Those for the widest registers that this machine has.
const Lanes& fastest_lanes() noexcept;

/// All that this machine can run, from the narrowest to the fastest.
std::span<const Lanes* const> usable_lanes() noexcept;

}  // namespace aura::dsp
