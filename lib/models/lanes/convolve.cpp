#include "kernels.h"
#include "vector.h"

namespace aura::models::AURA_LANES {
namespace {

constexpr std::size_t kFilters = Convolution::kFilters;
// As many vectors of frames as leave registers for sums, inputs and a weight: 16 registers of SSE
// and AVX2, 32 of AVX-512.
constexpr std::size_t kVectors = kFloats == 16 ? 6 : kFloats == 8 ? 3 : 2;
constexpr std::size_t kBlock = kVectors * kFloats;
static_assert(Convolution::kFrames % kBlock == 0);

/// The values of kFilters filters in kBlock frames.
struct Block {
  Floats values[kFilters][kVectors];
};

/// Returns the sums of products at one position. `input` is its first row and frame.
Block products(const Convolution& convolution, const float* weights, const float* input) {
  Block sums{};
  for (std::size_t row = 0; row < convolution.kernel_rows; ++row, input += convolution.stride) {
    for (std::size_t k = 0; k < convolution.kernel_frames; ++k, weights += kFilters) {
      Floats frames[kVectors];
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kVectors; ++v) frames[v] = load(input + k + v * kFloats);
#pragma GCC unroll 8
      for (std::size_t filter = 0; filter < kFilters; ++filter) {
        const Floats weight = all(weights[filter]);
#pragma GCC unroll 8
        for (std::size_t v = 0; v < kVectors; ++v) sums.values[filter][v] += frames[v] * weight;
      }
    }
  }
  return sums;
}

}  // namespace

void convolve(const Convolution& convolution, const float* input, float* output,
              std::size_t output_stride) {
  const std::size_t weights_size = convolution.kernel_rows * convolution.kernel_frames * kFilters;
  const float* weights = convolution.weights;
  for (std::size_t first = 0; first < convolution.filters;
       first += kFilters, weights += weights_size) {
    for (std::size_t frame = 0; frame < convolution.frames; frame += kBlock) {
      Block best = products(convolution, weights, input + frame);
      for (std::size_t position = 1; position < convolution.positions; ++position) {
        const Block block =
            products(convolution, weights, input + position * convolution.stride + frame);
        for (std::size_t filter = 0; filter < kFilters; ++filter) {
          for (std::size_t v = 0; v < kVectors; ++v)
            best.values[filter][v] = greater_of(best.values[filter][v], block.values[filter][v]);
        }
      }
      for (std::size_t i = 0; i < kFilters && first + i < convolution.filters; ++i) {
        const Convolution::End& end = convolution.ends[first + i];
        for (std::size_t v = 0; v < kVectors; ++v) {
          const Floats active = greater_of(best.values[i][v] * end.sign + end.bias, Floats{});
          store(output + (first + i) * output_stride + frame + v * kFloats,
                active * end.scale + end.shift);
        }
      }
    }
  }
}

}  // namespace aura::models::AURA_LANES
