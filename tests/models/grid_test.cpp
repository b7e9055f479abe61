#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <vector>

#include "aura/dsp/fft.h"
#include "aura/models/lanes.h"
#include "every_lanes.h"

namespace aura::models {
namespace {

constexpr std::size_t kTogether = GridConvolution::kTogether;

/// Values from -1 to 1, always the same.
std::vector<float> values(std::size_t count, std::uint32_t seed) {
  std::vector<float> result(count);
  for (float& value : result) {
    seed = seed * 1664525U + 1013904223U;
    value = static_cast<float>(seed >> 8) / 8388608.0F - 1;
  }
  return result;
}

struct Shape {
  std::size_t channels;
  std::size_t kernel_rows;
  std::size_t kernel_run;
  std::size_t rows;
  std::size_t places;
  std::size_t input_place;
  bool is_dense = false;  ///< the weights of a row have a gap behind them otherwise
};

/// A convolution of a grid, and what a loop in double gives for it.
struct Example {
  explicit Example(const Shape& s) : shape(s) {
    const std::size_t input_row = s.places * s.input_place + s.kernel_run + 3;
    const std::size_t weights_row = s.kernel_run * kTogether + (s.is_dense ? 0 : 2 * kTogether);
    input = values((s.rows + s.kernel_rows) * input_row, 1);
    weights = values(s.channels / kTogether * s.kernel_rows * weights_row, 2);
    bias = values(s.channels, 3);
    scale = values(s.channels, 4);
    shift = values(s.channels, 5);
    convolution = {.channels = s.channels,
                   .kernel_rows = s.kernel_rows,
                   .kernel_run = s.kernel_run,
                   .rows = s.rows,
                   .places = s.places,
                   .input_place = s.input_place,
                   .input_row = input_row,
                   .input_step = input_row,
                   .output_place = s.channels + 1,
                   .output_row = s.places * (s.channels + 1) + 5,
                   .weights_row = weights_row,
                   .weights_block = s.kernel_rows * weights_row,
                   .weights = weights.data(),
                   .bias = bias.data(),
                   .scale = scale.data(),
                   .shift = shift.data(),
                   .floor = 0.1F};
  }

  std::vector<float> run(const Lanes& lanes) const {
    std::vector<float> output(shape.rows * convolution.output_row, 99);
    lanes.convolve_grid(convolution, input.data(), output.data());
    return output;
  }

  double expected(std::size_t row, std::size_t place, std::size_t channel) const {
    double sum = bias[channel];
    for (std::size_t y = 0; y < shape.kernel_rows; ++y) {
      for (std::size_t k = 0; k < shape.kernel_run; ++k) {
        sum += double{input[(row + y) * convolution.input_row + place * shape.input_place + k]} *
               weights[channel / kTogether * convolution.weights_block +
                       y * convolution.weights_row + k * kTogether + channel % kTogether];
      }
    }
    return std::max(sum, double{convolution.floor}) * scale[channel] + shift[channel];
  }

  Shape shape;
  std::vector<float> input;
  std::vector<float> weights;
  std::vector<float> bias;
  std::vector<float> scale;
  std::vector<float> shift;
  GridConvolution convolution{};
};

TEST_CASE("models' lanes: a convolution of a grid is that of a plain loop") {
  const Lanes& lanes = test::every_model_lanes();
  const Shape shape = GENERATE(Shape{16, 5, 10, 2, 32, 4}, Shape{32, 5, 80, 3, 16, 32},
                               Shape{64, 2, 128, 1, 48, 64}, Shape{16, 3, 192, 2, 16, 128, true},
                               Shape{32, 3, 384, 2, 16, 256}, Shape{96, 3, 1536, 1, 16, 512});
  const Example example(shape);
  const auto output = example.run(lanes);
  // Sums of up to 4,608 products below 1, each rounded to some 1e-7 of the sum, which is some 20.
  const double margin = 3e-6 * std::sqrt(static_cast<double>(shape.kernel_rows * shape.kernel_run));
  for (std::size_t row = 0; row < shape.rows; ++row) {
    for (std::size_t place = 0; place < shape.places; ++place) {
      const float* at = output.data() + row * example.convolution.output_row +
                        place * example.convolution.output_place;
      for (std::size_t channel = 0; channel < shape.channels; ++channel)
        REQUIRE(at[channel] == Approx(example.expected(row, place, channel)).margin(margin));
      // What lies between two places is not touched.
      REQUIRE(at[shape.channels] == 99);
    }
  }
}

TEST_CASE("models' lanes: grids are the very same with every fused multiply-add") {
  const auto usable = usable_lanes();
  if (usable.size() < 3) {
    WARN("skipped: this machine has no AVX-512");
    return;
  }
  for (const Shape& shape : {Shape{16, 5, 10, 2, 32, 4}, Shape{64, 3, 1536, 1, 16, 512}}) {
    const Example example(shape);
    CHECK(example.run(*usable[1]) == example.run(*usable[2]));
  }
}

TEST_CASE("models' lanes: an activation keeps a fifth of what is negative") {
  const Lanes& lanes = test::every_model_lanes();
  constexpr std::size_t kPlaces = 3;
  constexpr std::size_t kChannels = 32;
  constexpr std::size_t kInputPlace = 40;
  const auto input = values(kPlaces * kInputPlace, 1);
  const auto scale = values(kChannels, 2);
  const auto shift = values(kChannels, 3);
  std::vector<float> output(kPlaces * kChannels);
  lanes.activate(input.data(), kInputPlace, kPlaces, kChannels, scale.data(), shift.data(),
                 output.data());
  for (std::size_t i = 0; i < output.size(); ++i) {
    const std::size_t channel = i % kChannels;
    const double value =
        double{input[i / kChannels * kInputPlace + channel]} * scale[channel] + shift[channel];
    CHECK(output[i] == Approx(value < 0 ? value / 5 : value).margin(1e-6));
  }
}

TEST_CASE("models' lanes: the mask's layer is a logistic function of a plain loop") {
  const Lanes& lanes = test::every_model_lanes();
  constexpr std::size_t kPlaces = 48;
  constexpr std::size_t kRow = kPlaces + 6;
  // From far below to far above what the function distinguishes from 0 and 1.
  const float gain = GENERATE(0.3F, 4.0F, 60.0F);
  auto input = values(7 * kRow, 1);
  for (float& value : input) value *= gain;
  DilatedSigmoid layer{};
  const auto weights = values(2 * 16, 2);
  std::copy(weights.begin(), weights.end(), &layer.weights[0][0][0]);
  layer.bias[0] = 0.5F;
  layer.bias[1] = -0.25F;
  std::vector<float> output(2 * kPlaces);
  lanes.dilated_sigmoid(layer, input.data(), kRow, kPlaces, output.data());
  for (std::size_t i = 0; i < output.size(); ++i) {
    double sum = layer.bias[i / kPlaces];
    for (std::size_t tap = 0; tap < 16; ++tap) {
      sum += double{weights[i / kPlaces * 16 + tap]} *
             input[2 * (tap / 4) * kRow + 2 * (tap % 4) + i % kPlaces];
    }
    // Half the slope's maximum times the error of a sum of 16 products up to `gain`.
    CHECK(output[i] == Approx(1 / (1 + std::exp(-sum))).margin(1e-6 + 1e-7 * double{gain}));
    CHECK(output[i] >= 0);
    CHECK(output[i] <= 1);
  }
}

TEST_CASE("models' lanes: the transform is that of KissFFT") {
  const Lanes& lanes = test::every_model_lanes();
  constexpr std::size_t kSize = FourierTables::kSize;
  constexpr std::size_t kSide = FourierTables::kSide;
  std::vector<float> roots;
  std::vector<float> turns(2 * kSize);
  const auto root = [](double turn) { return std::polar(1.0, -2 * std::numbers::pi * turn); };
  for (std::size_t i = 0; i < 64; ++i) {
    const auto value = root(static_cast<double>(i / 8 * (i % 8)) / kSide);
    roots.push_back(static_cast<float>(value.real()));
    roots.push_back(static_cast<float>(value.imag()));
  }
  for (std::size_t i = 0; i < kSize; ++i) {
    const auto value = root(static_cast<double>(i / kSide * (i % kSide)) / kSize);
    turns[i] = static_cast<float>(value.real());
    turns[kSize + i] = static_cast<float>(value.imag());
  }
  auto re = values(kSize, 1);
  auto im = values(kSize, 2);
  std::vector<std::complex<double>> in(kSize);
  std::vector<std::complex<double>> expected(kSize);
  for (std::size_t n = 0; n < kSize; ++n) in[n] = {re[n], im[n]};
  dsp::ComplexFft(kSize).forward(in, expected);
  lanes.fourier({.roots = roots.data(), .turns = turns.data()}, re.data(), im.data());
  double largest = 0;
  for (std::size_t k = 0; k < kSize; ++k)
    largest = std::max(largest, std::abs(expected[k] - std::complex<double>(re[k], im[k])));
  // Bins of some 50, with the rounding of twelve halvings in single precision.
  CHECK(largest < 1e-4);
}

}  // namespace
}  // namespace aura::models
