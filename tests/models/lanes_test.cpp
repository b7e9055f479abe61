#include "aura/models/lanes.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "every_lanes.h"

namespace aura::models {
namespace {

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
  std::size_t filters;
  std::size_t kernel_rows;
  std::size_t kernel_frames;
  std::size_t positions;
  std::size_t frames;
};

/// A convolution with its weights, as a loop in double computes it.
struct Example {
  explicit Example(const Shape& s)
      : shape(s),
        stride(s.frames + s.kernel_frames + 3),
        kernel(values(s.filters * s.kernel_rows * s.kernel_frames, 1)),
        input(values((s.positions + s.kernel_rows - 1) * stride, 2)) {
    constexpr std::size_t kTogether = Convolution::kFilters;
    packed.resize((s.filters + kTogether - 1) / kTogether * kTogether * taps());
    for (std::size_t filter = 0; filter < s.filters; ++filter) {
      const float sign = filter % 3 == 1 ? -1.0F : 1.0F;
      ends.push_back({sign, 0.1F * static_cast<float>(filter), filter % 2 == 0 ? 2.0F : -0.5F,
                      static_cast<float>(filter) - 1});
      for (std::size_t i = 0; i < taps(); ++i) {
        packed[(filter / kTogether * taps() + i) * kTogether + filter % kTogether] =
            kernel[filter * taps() + i];
      }
    }
  }

  std::size_t taps() const { return shape.kernel_rows * shape.kernel_frames; }

  double expected(std::size_t filter, std::size_t frame) const {
    double best = -1e30;
    for (std::size_t position = 0; position < shape.positions; ++position) {
      double sum = 0;
      for (std::size_t row = 0; row < shape.kernel_rows; ++row) {
        for (std::size_t k = 0; k < shape.kernel_frames; ++k) {
          sum += double{kernel[filter * taps() + row * shape.kernel_frames + k]} *
                 input[(position + row) * stride + frame + k];
        }
      }
      best = std::max(best, sum);
    }
    const Convolution::End& end = ends[filter];
    return std::max(0.0, end.sign * best + end.bias) * end.scale + end.shift;
  }

  std::vector<float> run(const Lanes& lanes, std::size_t output_stride) const {
    std::vector<float> output(shape.filters * output_stride, 99);
    lanes.convolve({.filters = shape.filters,
                    .kernel_rows = shape.kernel_rows,
                    .kernel_frames = shape.kernel_frames,
                    .positions = shape.positions,
                    .frames = shape.frames,
                    .stride = stride,
                    .weights = packed.data(),
                    .ends = ends.data()},
                   input.data(), output.data(), output_stride);
    return output;
  }

  Shape shape;
  std::size_t stride;
  std::vector<float> kernel;
  std::vector<float> input;
  std::vector<float> packed;
  std::vector<Convolution::End> ends;
};

TEST_CASE("models' lanes: a convolution, its maximum and what follows are those of a plain loop") {
  const Lanes& lanes = test::every_model_lanes();
  const Shape shape = GENERATE(Shape{1, 1, 1, 1, 96}, Shape{6, 3, 5, 4, 96}, Shape{5, 7, 2, 1, 192},
                               Shape{4, 1, 33, 9, 96});
  const Example example(shape);
  const std::size_t output_stride = shape.frames + 5;
  const auto output = example.run(lanes, output_stride);
  for (std::size_t filter = 0; filter < shape.filters; ++filter) {
    for (std::size_t frame = 0; frame < shape.frames; ++frame) {
      // Sums of up to 33 products below 1, in single precision.
      REQUIRE(output[filter * output_stride + frame] ==
              Approx(example.expected(filter, frame)).margin(2e-5));
    }
    // What lies between the rows is not touched.
    if (filter + 1 < shape.filters) CHECK(output[filter * output_stride + shape.frames] == 99);
  }
}

TEST_CASE("models' lanes: instruction sets with fused multiply-add give the very same values") {
  const auto usable = usable_lanes();
  if (usable.size() < 3) {
    WARN("skipped: this machine has no AVX-512");
    return;
  }
  const Example example({7, 5, 9, 6, 192});
  CHECK(example.run(*usable[1], 192) == example.run(*usable[2], 192));
  const auto weights = values(100 * 32, 5);
  const auto input = values(100, 6);
  std::vector<float> one(32);
  std::vector<float> other(32);
  usable[1]->dense(weights.data(), weights.data(), 100, 32, input.data(), one.data());
  usable[2]->dense(weights.data(), weights.data(), 100, 32, input.data(), other.data());
  CHECK(one == other);
}

TEST_CASE("models' lanes: pooling gives maximum and mean of the frames alone") {
  const Lanes& lanes = test::every_model_lanes();
  const auto frames = GENERATE(as<std::size_t>{}, 1, 5, 16, 17, 187, 192);
  constexpr std::size_t kRows = 3;
  constexpr std::size_t kStride = 208;
  auto input = values(kRows * kStride, 3);
  // A row below zero, and beyond the frames what would win.
  for (std::size_t i = 0; i < kStride; ++i) input[kStride + i] -= 2;
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t i = frames; i < kStride; ++i) input[row * kStride + i] = 50;
  }
  std::vector<float> output(2 * kRows);
  lanes.pool(input.data(), kRows, kStride, frames, output.data());
  for (std::size_t row = 0; row < kRows; ++row) {
    const float* first = input.data() + row * kStride;
    double sum = 0;
    for (std::size_t i = 0; i < frames; ++i) sum += first[i];
    CHECK(output[2 * row] == *std::max_element(first, first + frames));
    CHECK(output[2 * row + 1] == Approx(sum / static_cast<double>(frames)).margin(1e-6));
  }
}

TEST_CASE("models' lanes: a dense layer is the product of a plain loop") {
  const Lanes& lanes = test::every_model_lanes();
  const auto inputs = GENERATE(as<std::size_t>{}, 1, 64, 65, 1506);
  constexpr std::size_t kOutputs = 48;
  const auto weights = values(inputs * kOutputs, 7);
  const auto bias = values(kOutputs, 8);
  const auto input = values(inputs, 9);
  std::vector<float> output(kOutputs);
  lanes.dense(weights.data(), bias.data(), inputs, kOutputs, input.data(), output.data());
  for (std::size_t o = 0; o < kOutputs; ++o) {
    double expected = bias[o];
    for (std::size_t i = 0; i < inputs; ++i)
      expected += double{input[i]} * weights[i * kOutputs + o];
    // The sums grow to some ten; a float has 7 digits.
    CHECK(output[o] == Approx(expected).margin(1e-5));
  }
}

TEST_CASE("models' lanes: a resampler's outputs take the filters and samples of their places") {
  const Lanes& lanes = test::every_model_lanes();
  constexpr std::size_t kPhases = 5;
  constexpr std::size_t kStep = 7;
  constexpr std::size_t kCount = 20;
  const auto taps = values(kPhases * PhaseFilters::kTaps, 10);
  const auto samples = values(3 + kCount * kStep / kPhases + PhaseFilters::kTaps, 11);
  const auto position = GENERATE(as<std::size_t>{}, 0, 3, 11);
  std::vector<float> output(kCount);
  lanes.resample({.phases = kPhases, .step = kStep, .taps = taps.data()}, samples.data(), position,
                 kCount, output.data());
  for (std::size_t i = 0; i < kCount; ++i) {
    const std::size_t at = position + i * kStep;
    double expected = 0;
    for (std::size_t k = 0; k < PhaseFilters::kTaps; ++k) {
      expected += double{taps[at % kPhases * PhaseFilters::kTaps + k]} * samples[at / kPhases + k];
    }
    CHECK(output[i] == Approx(expected).margin(1e-5));
  }
}

}  // namespace
}  // namespace aura::models
