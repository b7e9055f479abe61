#pragma once

#include <cstddef>
#include <span>

namespace aura::models {

/// Convolutions of a matrix with filters, each followed by its maximum over the rows.
///
/// The input is [rows][stride]: a row for a band or channel, in it a value per frame. A filter has
/// `kernel_rows` rows of `kernel_frames` weights. It moves over `positions` rows and all frames.
struct Convolution {
  static constexpr std::size_t kFilters = 4;  ///< whose weights lie side by side
  static constexpr std::size_t kFrames = 96;  ///< `frames` is a multiple of it

  std::size_t filters;  ///< the weights are padded to a multiple of kFilters
  std::size_t kernel_rows;
  std::size_t kernel_frames;
  std::size_t positions;  ///< at least 1
  std::size_t frames;
  std::size_t stride;    ///< of the input
  const float* weights;  ///< [filters / kFilters][kernel_rows][kernel_frames][kFilters]
  /// Per filter: what follows the maximum m. The output is
  /// max(0, sign * m + bias) * scale + shift.
  struct End {
    float sign;
    float bias;
    float scale;
    float shift;
  };
  const End* ends;
};

/// A resampler's filters, one for each place between two samples.
struct PhaseFilters {
  static constexpr std::size_t kTaps = 192;
  std::size_t phases;  ///< outputs per `step` samples
  std::size_t step;
  const float* taps;  ///< [phases][kTaps]
};

/// A convolution of a grid: rows of places, and at each place the values of all channels side by
/// side. The kernel's first row and column lie on the input's first row and place; the caller pads.
///
/// Distances are in values. What follows a sum s is max(s + bias, floor) * scale + shift.
struct GridConvolution {
  static constexpr std::size_t kTogether = 16;  ///< output channels whose weights lie side by side
  static constexpr std::size_t kPlaces = 16;    ///< `places` is a multiple of it

  std::size_t channels;     ///< of the output: kTogether, or a multiple of twice that
  std::size_t kernel_rows;  ///< at least 1
  std::size_t kernel_run;   ///< columns times channels of the input: they lie side by side
  std::size_t rows;         ///< of the output
  std::size_t places;       ///< of a row of the output

  std::size_t input_place;    ///< between the inputs of two places: 4, 32, 64, 128, 256 or 512
  std::size_t input_row;      ///< between two rows of the input
  std::size_t input_step;     ///< between the inputs of two rows of the output
  std::size_t output_place;   ///< between two places of the output
  std::size_t output_row;     ///< between two rows of the output
  std::size_t weights_row;    ///< between the weights of two rows of the kernel
  std::size_t weights_block;  ///< between the weights of kTogether channels and of the next

  const float* weights;  ///< [channels / kTogether][kernel_rows][kernel_run][kTogether]
  const float* bias;     ///< [channels], as `scale` and `shift` are
  const float* scale;
  const float* shift;
  float floor;
};

/// A convolution of one channel with 4 x 4 weights for each of two outputs, two rows and places
/// apart, and the logistic function of its sums.
struct DilatedSigmoid {
  static constexpr std::size_t kTaps = 4;
  static constexpr std::size_t kApart = 2;
  float weights[2][kTaps][kTaps];
  float bias[2];
};

/// The factors of a Fourier transform of kSize values, as a square of kSide rows.
struct FourierTables {
  static constexpr std::size_t kSide = 64;
  static constexpr std::size_t kSize = kSide * kSide;
  const float* roots;  ///< exp(-2 pi i a c / kSide) as pairs, a and c below 8, a in the outer loop
  const float* turns;  ///< exp(-2 pi i n k / kSize), [2][kSide][kSide]: real, then imaginary parts
};

/// The inner loops of the models, compiled for one instruction set.
///
/// Each output is a sum in one fixed order. So instruction sets with fused multiply-add (AVX2,
/// AVX-512) give the very same values; those without differ in rounding.
///
/// Thread-safe: nothing is allocated, nothing is kept. Nothing throws.
struct Lanes {
  static constexpr std::size_t kRow = 16;  ///< rows that say so are padded to a multiple of it

  const char* name;  ///< of the instruction set

  /// Writes to `output` [filters][output_stride] for each frame what `convolution` gives there.
  /// Frame t of the output takes `input`[row][t] to `input`[row][t + kernel_frames - 1].
  void (*convolve)(const Convolution& convolution, const float* input, float* output,
                   std::size_t output_stride);

  /// Writes the maximum and the mean of the first `frames` values of each row of `input`
  /// [rows][stride] to `output`, [rows][2].
  void (*pool)(const float* input, std::size_t rows, std::size_t stride, std::size_t frames,
               float* output);

  /// Writes to `output` [outputs] `bias` plus the sums over i of `input`[i] * `weights`[i][output].
  /// `outputs` is a multiple of kRow.
  void (*dense)(const float* weights, const float* bias, std::size_t inputs, std::size_t outputs,
                const float* input, float* output);

  /// Writes `count` values. Value i lies at (position + i * step) / phases samples: the remainder
  /// of the division chooses the filter, whose first tap takes the sample at the quotient.
  void (*resample)(const PhaseFilters& filters, const float* samples, std::size_t position,
                   std::size_t count, float* output);

  /// Writes to `output` for each row and place what `convolution` gives there. Reads `output`
  /// while it sums.
  void (*convolve_grid)(const GridConvolution& convolution, const float* input, float* output);

  /// Writes to `output` [places][channels] x * scale + shift of `input`, whose places are
  /// `input_place` apart; a fifth of it if it is negative. `channels` is a multiple of kRow.
  void (*activate)(const float* input, std::size_t input_place, std::size_t places,
                   std::size_t channels, const float* scale, const float* shift, float* output);

  /// Writes a row of both outputs to `output`, [2][places]. Reads from `input` on, whose rows are
  /// `input_row` apart. `places` is a multiple of kRow.
  void (*dilated_sigmoid)(const DilatedSigmoid& layer, const float* input, std::size_t input_row,
                          std::size_t places, float* output);

  /// Transforms FourierTables::kSize complex values in place: X[k] = sum over n of x[n]
  /// exp(-2 pi i k n / kSize), unscaled.
  void (*fourier)(const FourierTables& tables, float* re, float* im);
};

/// Returns the loops for the widest registers of this machine. Thread-safe.
const Lanes& fastest_lanes() noexcept;

/// Returns all loops that this machine can run, from the narrowest to the fastest. Thread-safe.
std::span<const Lanes* const> usable_lanes() noexcept;

}  // namespace aura::models
