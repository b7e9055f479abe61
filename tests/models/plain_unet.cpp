#include "plain_unet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

namespace aura::test {
namespace {

constexpr std::array<std::size_t, 7> kChannels{2, 16, 32, 64, 128, 256, 512};

std::string numbered(const char* name, std::size_t i) {
  return name + std::to_string(i);
}

/// The first and the last place whose value at `factor * place + tap - 1` exists.
std::pair<std::size_t, std::size_t> places_with(std::size_t tap, std::size_t places,
                                                std::size_t inputs) {
  const std::size_t first = tap == 0 ? 1 : 0;
  std::size_t end = places;
  while (end > first && 2 * (end - 1) + tap - 1 >= inputs) --end;
  return {first, end};
}

}  // namespace

PlainUnet::PlainUnet(std::uint32_t seed) : seed_(seed) {
  for (std::size_t i = 1; i <= 6; ++i) {
    add_kernel(numbered("down_", i), kChannels[i - 1], kChannels[i]);
    if (i < 6) add_norm(numbered("down_", i), kChannels[i]);
  }
  for (std::size_t i = 1; i <= 6; ++i) {
    const std::size_t outputs = i == 6 ? 1 : kChannels[6 - i];
    add_kernel(numbered("up_", i), std::min<std::size_t>(2 * kChannels[7 - i], 512), outputs);
    add_norm(numbered("up_", i), outputs);
  }
  vectors_["mask.kernel"] = made_up(32, -0.5, 0.5);
  vectors_["mask.bias"] = made_up(2, -0.5, 0.5);
}

double PlainUnet::next() {
  seed_ = seed_ * 1664525U + 1013904223U;
  return static_cast<double>(seed_ >> 8) / 16777216.0;
}

std::vector<float> PlainUnet::made_up(std::size_t count, double low, double high) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(low + (high - low) * next());
  return values;
}

void PlainUnet::add_kernel(const std::string& layer, std::size_t inputs, std::size_t outputs) {
  const std::size_t taps = 25 * inputs;
  Kernel kernel{inputs, outputs, std::vector<float>(taps * outputs)};
  const double density = std::min(1.0, 16 / static_cast<double>(taps));
  for (float& value : kernel.weights) {
    if (next() < density) value = static_cast<float>(next() - 0.5);
  }
  kernels_[layer] = std::move(kernel);
  vectors_[layer + ".bias"] = made_up(outputs, -0.5, 0.5);
}

void PlainUnet::add_norm(const std::string& layer, std::size_t count) {
  // Both rising and falling ones.
  vectors_[layer + ".gamma"] = made_up(count, count == 1 ? 0.5 : -1, 1);
  vectors_[layer + ".beta"] = made_up(count, -0.5, 0.5);
  vectors_[layer + ".mean"] = made_up(count, -0.5, 0.5);
  vectors_[layer + ".variance"] = made_up(count, 0.2, 2);
}

void PlainUnet::write(SafetensorsWriter& writer, const std::string& network) const {
  for (const auto& [layer, kernel] : kernels_) {
    const std::string name = network + "." + layer + ".kernel";
    if (kernel.outputs == 1) {
      writer.add(name, {5, 5, kernel.inputs}, kernel.weights);
      continue;
    }
    const bool is_up = layer.starts_with("up_");
    const std::array<std::size_t, 5> order = is_up ? std::array<std::size_t, 5>{3, 1, 4, 2, 0}
                                                   : std::array<std::size_t, 5>{0, 1, 2, 3, 4};
    std::vector<float> packed;
    for (std::size_t block = 0; block < kernel.outputs; block += 16) {
      for (const std::size_t row : order) {
        for (const std::size_t column : order) {
          const auto from = kernel.weights.begin() +
                            static_cast<std::ptrdiff_t>(
                                (row * 5 + column) * kernel.inputs * kernel.outputs + block);
          for (std::size_t i = 0; i < kernel.inputs; ++i) {
            const auto first = from + static_cast<std::ptrdiff_t>(i * kernel.outputs);
            packed.insert(packed.end(), first, first + 16);
          }
        }
      }
    }
    writer.add(name, {kernel.outputs / 16, 5, 5, kernel.inputs, 16}, packed);
  }
  for (const auto& [name, vector] : vectors_) {
    const bool is_mask = name == "mask.kernel";
    writer.add(network + "." + name,
               is_mask ? std::vector<std::size_t>{4, 4, 2} : std::vector{vector.size()}, vector);
  }
}

void PlainUnet::normalise(const std::string& layer, Map& map) const {
  const std::size_t size = map.rows * map.places;
  for (std::size_t channel = 0; channel < map.channels; ++channel) {
    const auto of = [&](const char* part) { return double{vectors_.at(layer + part)[channel]}; };
    const double deviation = std::sqrt(of(".variance") + 1e-3);
    const double mean = of(".mean");
    const double gamma = of(".gamma");
    const double beta = of(".beta");
    for (double& value : std::span(map.row(channel, 0), size))
      value = (value - mean) / deviation * gamma + beta;
  }
}

/// Every second row and place; the kernel's second tap lies on them.
PlainUnet::Map PlainUnet::halved(const std::string& layer, Map& input) const {
  const Kernel& kernel = kernels_.at(layer);
  Map output{kernel.outputs, input.rows / 2, input.places / 2, {}};
  for (std::size_t channel = 0; channel < output.channels; ++channel)
    output.values.resize((channel + 1) * output.rows * output.places,
                         vectors_.at(layer + ".bias")[channel]);
  for (std::size_t i = 0; i < kernel.weights.size(); ++i) {
    const double weight = kernel.weights[i];
    if (weight == 0) continue;
    const std::size_t channel = i % kernel.outputs;
    const std::size_t from = i / kernel.outputs % kernel.inputs;
    const std::size_t column = i / kernel.outputs / kernel.inputs % 5;
    const std::size_t row = i / kernel.outputs / kernel.inputs / 5;
    const auto [first_row, end_row] = places_with(row, output.rows, input.rows);
    const auto [first, end] = places_with(column, output.places, input.places);
    for (std::size_t y = first_row; y < end_row; ++y) {
      const double* values = input.row(from, 2 * y + row - 1);
      double* sums = output.row(channel, y);
      for (std::size_t x = first; x < end; ++x) sums[x] += weight * values[2 * x + column - 1];
    }
  }
  return output;
}

/// The transpose of that: each value goes to where it would have come from. Then ReLU and
/// normalisation.
PlainUnet::Map PlainUnet::doubled(const std::string& layer, Map& input) const {
  const Kernel& kernel = kernels_.at(layer);
  Map output{kernel.outputs, 2 * input.rows, 2 * input.places, {}};
  output.values.resize(output.channels * output.rows * output.places);
  for (std::size_t i = 0; i < kernel.weights.size(); ++i) {
    const double weight = kernel.weights[i];
    if (weight == 0) continue;
    const std::size_t channel = i % kernel.outputs;
    const std::size_t from = i / kernel.outputs % kernel.inputs;
    const std::size_t column = i / kernel.outputs / kernel.inputs % 5;
    const std::size_t row = i / kernel.outputs / kernel.inputs / 5;
    const auto [first_row, end_row] = places_with(row, input.rows, output.rows);
    const auto [first, end] = places_with(column, input.places, output.places);
    for (std::size_t y = first_row; y < end_row; ++y) {
      const double* values = input.row(from, y);
      double* sums = output.row(channel, 2 * y + row - 1);
      for (std::size_t x = first; x < end; ++x) sums[2 * x + column - 1] += weight * values[x];
    }
  }
  const auto& bias = vectors_.at(layer + ".bias");
  const std::size_t size = output.rows * output.places;
  for (std::size_t i = 0; i < output.values.size(); ++i)
    output.values[i] = std::max(output.values[i] + bias[i / size], 0.0);
  normalise(layer, output);
  return output;
}

std::vector<double> PlainUnet::run(const std::vector<float>& magnitudes) const {
  const std::size_t frames = magnitudes.size() / 2048;
  Map value{2, frames, 1024, std::vector<double>(magnitudes.size())};
  for (std::size_t i = 0; i < magnitudes.size(); ++i)
    value.row(i / 1024 % 2, i / 2048)[i % 1024] = magnitudes[i];
  std::vector<Map> sums;
  for (std::size_t i = 1; i <= 6; ++i) {
    const std::string layer = numbered("down_", i);
    sums.push_back(halved(layer, value));
    value = sums.back();
    if (i == 6) break;
    normalise(layer, value);
    for (double& x : value.values) x = x < 0 ? 0.2 * x : x;
  }
  for (std::size_t i = 1; i <= 6; ++i) {
    Map up = doubled(numbered("up_", i), value);
    value = std::move(up);
    if (i == 6) break;
    Map& beside = sums[5 - i];
    value.values.insert(value.values.begin(), beside.values.begin(), beside.values.end());
    value.channels += beside.channels;
  }
  std::vector<double> numbers(magnitudes.size());
  const auto& kernel = vectors_.at("mask.kernel");
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::size_t channel = i / 1024 % 2;
    double sum = vectors_.at("mask.bias")[channel];
    for (std::size_t tap = 0; tap < 16; ++tap) {
      const std::size_t y = i / 2048 + 2 * (tap / 4);
      const std::size_t x = i % 1024 + 2 * (tap % 4);
      if (y >= 3 && y - 3 < frames && x >= 3 && x - 3 < 1024)
        sum += kernel[2 * tap + channel] * value.row(0, y - 3)[x - 3];
    }
    numbers[i] = 1 / (1 + std::exp(-sum));
  }
  return numbers;
}

}  // namespace aura::test
