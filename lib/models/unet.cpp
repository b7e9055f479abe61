#include "aura/models/unet.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "layer_reader.h"

namespace aura::models {
namespace {

constexpr std::size_t kTogether = GridConvolution::kTogether;
constexpr std::size_t kKernel = 5;
constexpr std::size_t kTaps = kKernel * kKernel;
// Transposed kernels come in the order 3, 1, 4, 2, 0: two for even rows, three for odd ones.
constexpr std::array<std::size_t, 2> kFirstTap{0, 2};
constexpr std::array<std::size_t, 2> kPhaseTaps{2, 3};
/// Output rows of which the kernels sum all channels before they go on: their input stays in the
/// cache, and the weights are read once for them.
constexpr std::size_t kRowsTogether = 8;

// The last transposed convolution has one channel, so a vector takes four places of it, each with
// two rows and two columns of the output: [row][place][column].
constexpr std::size_t kGroup = 4;
constexpr std::size_t kGroupWindow = kGroup + 2;
constexpr std::size_t kGroups = Unet::kBins / 2 / kGroup;
static_assert(4 * kGroup == kTogether);

// Zeros around what the layer of the mask reads.
constexpr std::size_t kMaskPad = 3;
constexpr std::size_t kSumRow = Unet::kBins + 2 * kMaskPad;

/// Channels of the convolution that halves for the i-th time; the spectrogram's for 0.
constexpr std::size_t channels_of(std::size_t i) {
  return i == 0 ? Unet::kChannels : std::size_t{8} << i;
}

std::vector<float> copied(std::span<const float> values) {
  return {values.begin(), values.end()};
}

GridConvolution with_end(const std::vector<float>& bias, const std::vector<float>& scale,
                         const std::vector<float>& shift, float floor) {
  GridConvolution convolution{};
  convolution.channels = bias.size();
  convolution.bias = bias.data();
  convolution.scale = scale.data();
  convolution.shift = shift.data();
  convolution.floor = floor;
  return convolution;
}

}  // namespace

struct Unet::Reader : LayerReader {
  std::span<const float> kernel(const std::string& layer, std::size_t inputs,
                                std::size_t outputs) const {
    return tensor(layer + ".kernel", {outputs / kTogether, kKernel, kKernel, inputs, kTogether});
  }

  /// A bias, and nothing else.
  End bias(const std::string& layer, std::size_t count) const {
    return {copied(tensor(layer + ".bias", {count})), std::vector<float>(count, 1),
            std::vector<float>(count)};
  }

  /// A batch normalisation of what is known: x * scale + shift.
  End norm(const std::string& layer, std::size_t count) const {
    End norm;
    add_norm(layer, count, norm.scale, norm.shift);
    return norm;
  }

  End bias_and_norm(const std::string& layer, std::size_t count) const {
    End end = norm(layer, count);
    end.bias = copied(tensor(layer + ".bias", {count}));
    return end;
  }

  /// The last transposed kernel as that of a vector: [3][kGroupWindow][inputs][kTogether].
  std::vector<float> group_kernel(const std::string& layer, std::size_t inputs) const {
    constexpr std::array<std::array<std::size_t, 3>, 2> kTapsOf{{{3, 1}, {4, 2, 0}}};
    const auto kernel = tensor(layer + ".kernel", {kKernel, kKernel, inputs});
    std::vector<float> grouped(3 * kGroupWindow * inputs * kTogether);
    for (std::size_t channel = 0; channel < kTogether; ++channel) {
      const std::size_t row_phase = channel / (2 * kGroup);
      const std::size_t place = channel / 2 % kGroup;
      const std::size_t phase = channel % 2;
      for (std::size_t row = 0; row < kPhaseTaps[row_phase]; ++row) {
        for (std::size_t column = 0; column < kPhaseTaps[phase]; ++column) {
          const float* from =
              kernel.data() + (kTapsOf[row_phase][row] * kKernel + kTapsOf[phase][column]) * inputs;
          float* to =
              grouped.data() + (row * kGroupWindow + place + column) * inputs * kTogether + channel;
          for (std::size_t i = 0; i < inputs; ++i) to[i * kTogether] = from[i];
        }
      }
    }
    return grouped;
  }
};

Unet::Scratch::Scratch(std::size_t frames) : frames_(frames) {
  assert(frames > 0 && frames % kFrameMultiple == 0);
  std::size_t strip = 0;
  for (std::size_t i = 1; i <= kLevels; ++i) {
    Level& level = levels_[i - 1];
    level.rows = frames >> i;
    level.places = kBins >> i;
    level.channels = i == kLevels ? channels_of(i) : 2 * channels_of(i);
    level.values.resize((level.rows + 2) * level.row());
    const std::size_t rows = 2 * std::min(kRowsTogether, level.rows) + 3;
    strip = std::max(strip, rows * (2 * level.places + 3) * channels_of(i - 1));
  }
  strip_.resize(strip);
  groups_.resize(kRowsTogether * kGroups * kTogether);
  sum_.resize((frames + 2 * kMaskPad) * kSumRow);
}

Unet::Unet(const Safetensors& file, const std::string& network, const Lanes& lanes)
    : lanes_(lanes) {
  const Reader reader{{file, network}};
  for (std::size_t i = 0; i < kLevels; ++i) {
    const std::string layer = "down_" + std::to_string(i + 1);
    const std::size_t outputs = channels_of(i + 1);
    down_[i] = {reader.kernel(layer, channels_of(i), outputs), reader.bias(layer, outputs)};
    if (i + 1 < kLevels) activations_[i] = reader.norm(layer, outputs);
  }
  for (std::size_t i = 0; i + 1 < kLevels; ++i) {
    const std::string layer = "up_" + std::to_string(i + 1);
    const std::size_t from = kLevels - i;
    const std::size_t inputs = from == kLevels ? channels_of(from) : 2 * channels_of(from);
    const std::size_t outputs = channels_of(from - 1);
    up_[i] = {reader.kernel(layer, inputs, outputs), reader.bias_and_norm(layer, outputs)};
  }
  const std::string last = "up_" + std::to_string(kLevels);
  last_weights_ = reader.group_kernel(last, 2 * channels_of(1));
  last_end_ = reader.bias_and_norm(last, 1);
  for (auto* values : {&last_end_.bias, &last_end_.scale, &last_end_.shift})
    values->resize(kTogether, values->front());
  const auto kernel =
      reader.tensor("mask.kernel", {DilatedSigmoid::kTaps, DilatedSigmoid::kTaps, kChannels});
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    const std::size_t tap = i / kChannels;
    mask_.weights[i % kChannels][tap / DilatedSigmoid::kTaps][tap % DilatedSigmoid::kTaps] =
        kernel[i];
  }
  const auto bias = reader.tensor("mask.bias", {kChannels});
  std::copy(bias.begin(), bias.end(), mask_.bias);
}

/// Fills the strip with `rows` rows of what the i-th convolution reads, from `first_row` on, which
/// counts the row of zeros before the first.
void Unet::fill_strip(std::size_t i, std::span<const float> magnitudes, std::size_t first_row,
                      std::size_t rows, Scratch& scratch) const {
  const std::size_t channels = channels_of(i);
  const std::size_t places = kBins >> i;
  const std::size_t all_rows = scratch.frames_ >> i;
  const std::size_t strip_row = (places + 3) * channels;
  float* to = scratch.strip_.data();
  for (std::size_t row = first_row; row < first_row + rows; ++row, to += strip_row) {
    std::fill(to, to + channels, 0.0F);
    std::fill(to + (places + 1) * channels, to + strip_row, 0.0F);
    if (row == 0 || row > all_rows) {
      std::fill(to, to + strip_row, 0.0F);
    } else if (i == 0) {
      const float* left = magnitudes.data() + (row - 1) * kRow;
      for (std::size_t bin = 0; bin < kBins; ++bin) {
        to[kChannels * (bin + 1)] = left[bin];
        to[kChannels * (bin + 1) + 1] = left[kBins + bin];
      }
    } else {
      Scratch::Level& level = scratch.levels_[i - 1];
      lanes_.activate(level.first() + (row - 1) * level.row(), level.channels, places, channels,
                      activations_[i - 1].scale.data(), activations_[i - 1].shift.data(),
                      to + channels);
    }
  }
}

/// The i-th convolution, counted from 0.
void Unet::halve(std::size_t i, std::span<const float> magnitudes, Scratch& scratch) const {
  Scratch::Level& level = scratch.levels_[i];
  const Layer& layer = down_[i];
  const std::size_t inputs = channels_of(i);
  auto convolution = with_end(layer.end.bias, layer.end.scale, layer.end.shift,
                              std::numeric_limits<float>::lowest());
  convolution.kernel_rows = kKernel;
  convolution.kernel_run = kKernel * inputs;
  convolution.places = level.places;
  convolution.input_place = 2 * inputs;
  convolution.input_row = (2 * level.places + 3) * inputs;
  convolution.input_step = 2 * convolution.input_row;
  convolution.output_place = level.channels;
  convolution.output_row = level.row();
  convolution.weights_row = kKernel * inputs * kTogether;
  convolution.weights_block = kTaps * inputs * kTogether;
  convolution.weights = layer.weights.data();
  for (std::size_t row = 0; row < level.rows; row += kRowsTogether) {
    convolution.rows = std::min(kRowsTogether, level.rows - row);
    fill_strip(i, magnitudes, 2 * row, 2 * convolution.rows + 3, scratch);
    lanes_.convolve_grid(convolution, scratch.strip_.data(), level.first() + row * level.row());
  }
}

/// The i-th transposed convolution: one convolution for even and odd rows and columns each.
void Unet::double_size(std::size_t i, Scratch& scratch) const {
  Scratch::Level& from = scratch.levels_[kLevels - 1 - i];
  Scratch::Level& to = scratch.levels_[kLevels - 2 - i];
  const Layer& layer = up_[i];
  auto convolution = with_end(layer.end.bias, layer.end.scale, layer.end.shift, 0);
  convolution.places = from.places;
  convolution.input_place = from.channels;
  convolution.input_row = convolution.input_step = from.row();
  convolution.output_place = 2 * to.channels;
  convolution.output_row = 2 * to.row();
  const std::size_t tap = from.channels * kTogether;
  convolution.weights_row = kKernel * tap;
  convolution.weights_block = kTaps * tap;
  for (std::size_t row = 0; row < from.rows; row += kRowsTogether) {
    convolution.rows = std::min(kRowsTogether, from.rows - row);
    for (std::size_t phase = 0; phase < 4; ++phase) {
      const std::size_t y = phase / 2;
      const std::size_t x = phase % 2;
      convolution.kernel_rows = kPhaseTaps[y];
      convolution.kernel_run = kPhaseTaps[x] * from.channels;
      convolution.weights = layer.weights.data() + (kFirstTap[y] * kKernel + kFirstTap[x]) * tap;
      // Beside what the convolution of this size gave.
      lanes_.convolve_grid(
          convolution, from.values.data() + row * from.row(),
          to.first() + (2 * row + y) * to.row() + x * to.channels + to.channels / 2);
    }
  }
}

void Unet::double_last(Scratch& scratch) const {
  Scratch::Level& from = scratch.levels_[0];
  auto convolution = with_end(last_end_.bias, last_end_.scale, last_end_.shift, 0);
  convolution.kernel_rows = 3;
  convolution.kernel_run = kGroupWindow * from.channels;
  convolution.places = kGroups;
  convolution.input_place = kGroup * from.channels;
  convolution.input_row = convolution.input_step = from.row();
  convolution.output_place = kTogether;
  convolution.output_row = kGroups * kTogether;
  convolution.weights_row = convolution.kernel_run * kTogether;
  convolution.weights_block = 0;
  convolution.weights = last_weights_.data();
  for (std::size_t row = 0; row < from.rows; row += kRowsTogether) {
    convolution.rows = std::min(kRowsTogether, from.rows - row);
    lanes_.convolve_grid(convolution, from.values.data() + row * from.row(),
                         scratch.groups_.data());
    const float* group = scratch.groups_.data();
    for (std::size_t y = row; y < row + convolution.rows; ++y) {
      float* even = scratch.sum_.data() + (kMaskPad + 2 * y) * kSumRow + kMaskPad;
      for (std::size_t i = 0; i < kGroups; ++i, group += kTogether, even += 2 * kGroup) {
        std::copy_n(group, 2 * kGroup, even);
        std::copy_n(group + 2 * kGroup, 2 * kGroup, even + kSumRow);
      }
    }
  }
}

void Unet::run(std::span<const float> magnitudes, Scratch& scratch, const OnFrame& on_frame) const {
  assert(magnitudes.size() == scratch.frames_ * kRow);
  for (std::size_t i = 0; i < kLevels; ++i) halve(i, magnitudes, scratch);
  for (std::size_t i = 0; i + 1 < kLevels; ++i) double_size(i, scratch);
  double_last(scratch);
  std::array<float, kRow> numbers{};
  for (std::size_t frame = 0; frame < scratch.frames_; ++frame) {
    lanes_.dilated_sigmoid(mask_, scratch.sum_.data() + frame * kSumRow, kSumRow, kBins,
                           numbers.data());
    on_frame(frame, numbers);
  }
}

}  // namespace aura::models
