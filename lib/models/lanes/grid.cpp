#include "kernels.h"
#include "vector.h"

namespace aura::models::AURA_LANES {
namespace {

constexpr std::size_t kTogether = GridConvolution::kTogether;
// The sums of a tile: two vectors of channels at as many places as leave registers for weights and
// an input, or one vector where there are no more channels.
constexpr std::size_t kVectors = 2;
constexpr std::size_t kTile = kFloats == 16 ? 8 : 6;
constexpr std::size_t kSingleTile = 16;
static_assert(GridConvolution::kPlaces % kTile % 2 == 0);
/// Kernels of more values are summed row by row, so that the weights of a row stay in the cache.
constexpr std::size_t kMostAtOnce = 800;

template <std::size_t kWidth, std::size_t kPlaces>
struct Tile {
  Floats sums[kPlaces][kWidth];
};

/// The rows of the kernel that are summed in one go, and the channels.
struct Part {
  std::size_t first_row;
  std::size_t rows;
  std::size_t channel;
};

inline const float* weights_of(const GridConvolution& c, std::size_t channel) {
  return c.weights + channel / kTogether * c.weights_block + channel % kTogether;
}

template <std::size_t kInputPlace, std::size_t kWidth, std::size_t kPlaces>
inline Tile<kWidth, kPlaces> products(const GridConvolution& c, const Part& part,
                                      const float* input) {
  Tile<kWidth, kPlaces> tile{};
  const float* first = weights_of(c, part.channel);
  // From the first vector of channels to the second.
  const std::size_t apart =
      kWidth == 1 ? 0 : static_cast<std::size_t>(weights_of(c, part.channel + kFloats) - first);
  for (std::size_t row = part.first_row; row < part.first_row + part.rows; ++row) {
    const float* values = input + row * c.input_row;
    const float* weights = first + row * c.weights_row;
#pragma GCC unroll 2
    for (std::size_t k = 0; k < c.kernel_run; ++k, weights += kTogether) {
      Floats weight[kWidth];
#pragma GCC unroll 2
      for (std::size_t v = 0; v < kWidth; ++v) weight[v] = load(weights + v * apart);
#pragma GCC unroll 16
      for (std::size_t p = 0; p < kPlaces; ++p) {
        const Floats value = all(values[k + p * kInputPlace]);
#pragma GCC unroll 2
        for (std::size_t v = 0; v < kWidth; ++v) tile.sums[p][v] += weight[v] * value;
      }
    }
  }
  return tile;
}

template <std::size_t kInputPlace, std::size_t kWidth, std::size_t kPlaces>
inline void run_tile(const GridConvolution& c, const Part& part, const float* input,
                     float* output) {
  const auto tile = products<kInputPlace, kWidth, kPlaces>(c, part, input);
  const bool is_first = part.first_row == 0;
  const bool is_last = part.first_row + part.rows == c.kernel_rows;
#pragma GCC unroll 2
  for (std::size_t v = 0; v < kWidth; ++v) {
    const std::size_t channel = part.channel + v * kFloats;
    const Floats bias = load(c.bias + channel);
    const Floats scale = load(c.scale + channel);
    const Floats shift = load(c.shift + channel);
#pragma GCC unroll 16
    for (std::size_t p = 0; p < kPlaces; ++p) {
      float* to = output + p * c.output_place + channel;
      Floats sum = tile.sums[p][v];
      if (!is_first) sum += load(to);
      if (is_last) sum = greater_of(sum + bias, all(c.floor)) * scale + shift;
      store(to, sum);
    }
  }
}

template <std::size_t kInputPlace>
inline void run_row(const GridConvolution& c, const Part& part, const float* input, float* output) {
  std::size_t place = 0;
  const auto tile = [&]<std::size_t kWidth, std::size_t kPlaces>() {
    run_tile<kInputPlace, kWidth, kPlaces>(c, part, input + place * kInputPlace,
                                           output + place * c.output_place);
    place += kPlaces;
  };
  if constexpr (kFloats == kTogether) {
    if (c.channels == kTogether) {
      while (place < c.places) tile.template operator()<1, kSingleTile>();
      return;
    }
  }
  while (place + kTile <= c.places) tile.template operator()<kVectors, kTile>();
  if constexpr (GridConvolution::kPlaces % kTile != 0) {
    if (place + 4 <= c.places) tile.template operator()<kVectors, 4>();
    if (place + 2 <= c.places) tile.template operator()<kVectors, 2>();
  }
}

template <std::size_t kInputPlace>
void convolve_with(const GridConvolution& c, const float* input, float* output) {
  const std::size_t width = c.channels == kTogether && kFloats == kTogether ? 1 : kVectors;
  const std::size_t at_once = c.kernel_rows * c.kernel_run <= kMostAtOnce ? c.kernel_rows : 1;
  for (std::size_t channel = 0; channel < c.channels; channel += width * kFloats) {
    for (std::size_t first = 0; first < c.kernel_rows; first += at_once) {
      const Part part{first, at_once, channel};
      for (std::size_t row = 0; row < c.rows; ++row)
        run_row<kInputPlace>(c, part, input + row * c.input_step, output + row * c.output_row);
    }
  }
}

/// 1 / (1 + exp(-x)), within some 1e-6 of its value: 2^t is 2^n times a polynomial of the rest.
inline Floats logistic(Floats x) {
  using Ints __attribute__((vector_size(AURA_LANE_BYTES))) = int;
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it leaves no fraction
  const Floats t = greater_of(all(-126.0F), -greater_of(all(-126.0F), x * 1.442695041F));
  const Floats n = (t + kRound) - kRound;
  const Floats f = (t - n) * 0.6931471806F;
  const Floats series =
      1.0F + f * (1.0F + f * (0.5F + f * (1.0F / 6 +
                                          f * (1.0F / 24 + f * (1.0F / 120 + f * (1.0F / 720))))));
  const Ints exponent = (__builtin_convertvector(n, Ints) + 127) << 23;
  return 1.0F / (1.0F + series * Floats(exponent));
}

}  // namespace

void convolve_grid(const GridConvolution& convolution, const float* input, float* output) {
  // A known distance becomes part of the instructions; else each place would need a register.
  switch (convolution.input_place) {
    case 4:
      return convolve_with<4>(convolution, input, output);
    case 32:
      return convolve_with<32>(convolution, input, output);
    case 64:
      return convolve_with<64>(convolution, input, output);
    case 128:
      return convolve_with<128>(convolution, input, output);
    case 256:
      return convolve_with<256>(convolution, input, output);
    case 512:
      return convolve_with<512>(convolution, input, output);
    default:
      __builtin_trap();
  }
}

void activate(const float* input, std::size_t input_place, std::size_t places, std::size_t channels,
              const float* scale, const float* shift, float* output) {
  for (std::size_t place = 0; place < places; ++place, input += input_place, output += channels) {
    for (std::size_t c = 0; c < channels; c += kFloats) {
      const Floats value = load(input + c) * load(scale + c) + load(shift + c);
      store(output + c, greater_of(value, value * 0.2F));
    }
  }
}

void dilated_sigmoid(const DilatedSigmoid& layer, const float* input, std::size_t input_row,
                     std::size_t places, float* output) {
  constexpr std::size_t kTaps = DilatedSigmoid::kTaps;
  for (std::size_t place = 0; place < places; place += kFloats) {
    Floats sums[2] = {all(layer.bias[0]), all(layer.bias[1])};
    for (std::size_t row = 0; row < kTaps; ++row) {
      for (std::size_t column = 0; column < kTaps; ++column) {
        const Floats value =
            load(input + DilatedSigmoid::kApart * (row * input_row + column) + place);
        for (std::size_t i = 0; i < 2; ++i) sums[i] += value * layer.weights[i][row][column];
      }
    }
    for (std::size_t i = 0; i < 2; ++i) store(output + i * places + place, logistic(sums[i]));
  }
}

}  // namespace aura::models::AURA_LANES
