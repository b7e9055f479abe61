#include "plain_musicnn.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace aura::test {
namespace {

constexpr std::size_t kBands = 96;
constexpr std::size_t kFrames = 187;

}  // namespace

PlainMusicnn::PlainMusicnn(std::uint32_t seed) : seed_(seed) {
  add_norm("input", 1);
  add_convolution("timbral_38", 7, 38, 204);
  add_convolution("timbral_67", 7, 67, 204);
  for (const std::size_t frames : {128U, 64U, 32U})
    add_convolution("temporal_" + std::to_string(frames), frames, 1, 51);
  add_convolution("middle_1", 7, 561, 64);
  add_convolution("middle_2", 7, 64, 64);
  add_convolution("middle_3", 7, 64, 64);
  add_norm("pooled", 1506);
  add("penultimate.kernel", {1506, 200}, 1, -0.05, 0.05);
  add("penultimate.bias", {200}, 1, -0.5, 0.5);
  add_norm("penultimate", 200);
  add("output.kernel", {200, 50}, 1, -0.1, 0.1);
  add("output.bias", {50}, 1, -1, 1);
}

double PlainMusicnn::next() {
  seed_ = seed_ * 1664525U + 1013904223U;
  return static_cast<double>(seed_ >> 8) / 16777216.0;
}

void PlainMusicnn::add(const std::string& name, std::vector<std::size_t> shape, double density,
                       double low, double high) {
  std::size_t count = 1;
  for (const std::size_t size : shape) count *= size;
  Tensor tensor{std::move(shape), std::vector<float>(count)};
  for (float& value : tensor.values) {
    if (next() < density) value = static_cast<float>(low + (high - low) * next());
  }
  tensors_[name] = std::move(tensor);
}

void PlainMusicnn::add_norm(const std::string& layer, std::size_t count) {
  // Both rising and falling ones.
  add(layer + ".gamma", {count}, 1, count == 1 ? 0.5 : -1, 1);
  add(layer + ".beta", {count}, 1, -0.5, 0.5);
  add(layer + ".mean", {count}, 1, -0.5, 0.5);
  add(layer + ".variance", {count}, 1, 0.2, 2);
}

void PlainMusicnn::add_convolution(const std::string& layer, std::size_t frames, std::size_t rows,
                                   std::size_t filters) {
  const double taps = static_cast<double>(frames * rows);
  add(layer + ".kernel", {frames, rows, 1, filters}, std::min(1.0, 16 / taps), -0.5, 0.5);
  add(layer + ".bias", {filters}, 1, -0.5, 0.5);
  add_norm(layer, filters);
}

void PlainMusicnn::write(SafetensorsWriter& writer, const std::string& network) const {
  for (const auto& [name, tensor] : tensors_)
    writer.add(network + "." + name, tensor.shape, tensor.values);
  std::string tags = "tag 0";
  for (int i = 1; i < 50; ++i) tags += "\ntag " + std::to_string(i);
  writer.add_metadata(network + ".tags", tags);
}

double PlainMusicnn::Norm::operator()(double value) const {
  return (value - mean) / std::sqrt(variance + 1e-3) * gamma + beta;
}

PlainMusicnn::Norm PlainMusicnn::norm(const std::string& layer, std::size_t i) const {
  const auto of = [&](const char* part) { return double{tensors_.at(layer + part).values.at(i)}; };
  return {of(".mean"), of(".variance"), of(".gamma"), of(".beta")};
}

/// Zeros around it in time, as many rows of positions as fit, and of those the maximum: after ReLU
/// and normalisation, as TensorFlow's graph has it.
PlainMusicnn::Rows PlainMusicnn::convolved(const std::string& layer, const Rows& input) const {
  const Tensor& kernel = tensors_.at(layer + ".kernel");
  const std::size_t frames = kernel.shape[0];
  const std::size_t rows = kernel.shape[1];
  const std::size_t filters = kernel.shape[3];
  const std::size_t before = (frames - 1) / 2;
  Rows output(filters, std::vector<double>(kFrames, -1e30));
  for (std::size_t filter = 0; filter < filters; ++filter) {
    const Norm normalised = norm(layer, filter);
    for (std::size_t position = 0; position + rows <= input.size(); ++position) {
      std::vector<double> sums(kFrames, tensors_.at(layer + ".bias").values[filter]);
      for (std::size_t i = 0; i < frames * rows; ++i) {
        const double weight = kernel.values[i * filters + filter];
        if (weight == 0) continue;
        const std::vector<double>& row = input[position + i % rows];
        const std::size_t shift = i / rows;
        for (std::size_t t = 0; t < kFrames; ++t) {
          if (t + shift >= before && t + shift - before < kFrames)
            sums[t] += weight * row[t + shift - before];
        }
      }
      for (std::size_t t = 0; t < kFrames; ++t) {
        output[filter][t] = std::max(output[filter][t], normalised(std::max(0.0, sums[t])));
      }
    }
  }
  return output;
}

std::vector<double> PlainMusicnn::product(const std::string& layer,
                                          const std::vector<double>& input) const {
  const auto& bias = tensors_.at(layer + ".bias").values;
  const auto& kernel = tensors_.at(layer + ".kernel").values;
  std::vector<double> output(bias.begin(), bias.end());
  for (std::size_t i = 0; i < input.size(); ++i) {
    for (std::size_t o = 0; o < output.size(); ++o)
      output[o] += input[i] * kernel[i * output.size() + o];
  }
  return output;
}

PlainMusicnn::Result PlainMusicnn::run(const std::vector<float>& patch) const {
  Rows bands(kBands, std::vector<double>(kFrames));
  for (std::size_t band = 0; band < kBands; ++band) {
    for (std::size_t t = 0; t < kFrames; ++t)
      bands[band][t] = norm("input", 0)(patch.at(t * kBands + band));
  }
  Rows features;
  for (const char* layer :
       {"timbral_38", "timbral_67", "temporal_128", "temporal_64", "temporal_32"}) {
    const Rows rows = convolved(layer, bands);
    features.insert(features.end(), rows.begin(), rows.end());
  }
  Rows last = features;
  for (const char* layer : {"middle_1", "middle_2", "middle_3"}) {
    Rows rows = convolved(layer, last);
    if (layer != std::string("middle_1")) {
      for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t t = 0; t < kFrames; ++t) rows[i][t] += last[i][t];
      }
    }
    last = rows;
    features.insert(features.end(), rows.begin(), rows.end());
  }
  std::vector<double> pooled;
  for (const auto& row : features) {
    double sum = 0;
    for (const double value : row) sum += value;
    for (const double value : {*std::max_element(row.begin(), row.end()), sum / kFrames})
      pooled.push_back(norm("pooled", pooled.size())(value));
  }
  Result result{{}, product("penultimate", pooled)};
  for (std::size_t i = 0; i < result.embedding.size(); ++i)
    result.embedding[i] = norm("penultimate", i)(std::max(0.0, result.embedding[i]));
  result.scores = product("output", result.embedding);
  for (double& score : result.scores) score = 1 / (1 + std::exp(-score));
  return result;
}

}  // namespace aura::test
