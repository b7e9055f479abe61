#include "fft.h"
#include "kernels.h"

namespace aura::dsp::AURA_LANES {

void power_spectra(const RealFftPlan& plan, const float* hops, std::size_t hop_length,
                   std::size_t hop_stride, const double* window, const float* scale, double* values,
                   float* power) {
  // A power of two, as a divisor of the frame's length must be.
  const int hop_bits = __builtin_ctzll(hop_length);
  for (std::size_t half = 0; half < kFloats; half += kDoubles) {
    const Doubles lane_scale = widened(scale + half);
    const auto read = [&](std::size_t k) {
      const std::size_t n = 2 * k;
      const float* samples = hops + (n & (hop_length - 1)) * hop_stride + (n >> hop_bits) + half;
      return ComplexRow{widened(samples) * (lane_scale * window[n]),
                        widened(samples + hop_stride) * (lane_scale * window[n + 1])};
    };
    real_power(plan, read, values, [&](std::size_t k, Doubles bin) {
      store_narrowed(power + k * kFloats + half, bin);
    });
  }
}

void measure_spectra(const float* power, std::size_t bins, float* magnitude, float* centroid,
                     float* rolloff) {
  // Sums in single precision, of some ten parts of some hundred bins each, lose less than sums of a
  // thousand.
  constexpr std::size_t kPart = 64;
  for (std::size_t i = 0; i < bins * kFloats; ++i) magnitude[i] = __builtin_sqrtf(power[i]);

  Floats total{};
  Floats moment{};
  for (std::size_t first = 0; first < bins; first += kPart) {
    const std::size_t last = first + kPart < bins ? first + kPart : bins;
    Floats part{};
    Floats part_moment{};
    for (std::size_t k = first; k < last; ++k) {
      const Floats bin = load(magnitude + k * kFloats);
      part += bin;
      part_moment += bin * static_cast<float>(k - first);
    }
    total += part;
    moment += part_moment + part * static_cast<float>(first);
  }
  store(centroid, total > 0 ? moment / total : Floats{});

  // The sums grow from bin to bin, so as many of them lie below the threshold as bins come before
  // the one that reaches it. They are the same partial sums again: the last is the total.
  const Floats threshold = total * 0.85F;
  Floats below{};
  Floats sum_before{};
  for (std::size_t first = 0; first < bins; first += kPart) {
    const std::size_t last = first + kPart < bins ? first + kPart : bins;
    Floats part{};
    for (std::size_t k = first; k < last; ++k) {
      part += load(magnitude + k * kFloats);
      below += sum_before + part < threshold ? all(1) : Floats{};
    }
    sum_before += part;
  }
  store(rolloff, below);
}

}  // namespace aura::dsp::AURA_LANES
