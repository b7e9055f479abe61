#include "aura/models/musicnn.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "layer_reader.h"

namespace aura::models {
namespace {

constexpr std::size_t kPaddedFrames = 2 * Convolution::kFrames;
static_assert(kPaddedFrames >= Musicnn::kFrames);

// The layers that read the patch.
constexpr std::array<std::size_t, 2> kTimbralRows{38, 67};
constexpr std::size_t kTimbralFilters = 204;
constexpr std::array<std::size_t, 3> kTemporalFrames{128, 64, 32};
constexpr std::size_t kTemporalFilters = 51;
constexpr std::size_t kMiddleFilters = 64;
constexpr std::size_t kMiddleLayers = 3;
constexpr std::size_t kShortFrames = 7;  // of the timbral and the middle kernels

constexpr std::size_t kFrontRows =
    kTimbralRows.size() * kTimbralFilters + kTemporalFrames.size() * kTemporalFilters;
constexpr std::size_t kFeatures = kFrontRows + kMiddleLayers * kMiddleFilters;

// Zeros before a row, and its whole length: with an odd number of cache lines, so that the values
// of one frame don't compete for the same places of the cache.
constexpr std::size_t kBandsBefore = 63;
constexpr std::size_t kBandsStride = 336;
static_assert(kPaddedFrames + kTemporalFrames[0] - 1 <= kBandsStride);
constexpr std::size_t kFeaturesBefore = kShortFrames / 2;
constexpr std::size_t kFeaturesStride = 208;
static_assert(kPaddedFrames + kShortFrames - 1 <= kFeaturesStride);

std::size_t padded(std::size_t size, std::size_t to) {
  return (size + to - 1) / to * to;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

}  // namespace

/// Reads layers as TensorFlow lays them out: kernels are [frames][rows][1][filters].
struct Musicnn::Reader : LayerReader {
  Norm norm(const std::string& layer, std::size_t count) const {
    Norm norm;
    add_norm(layer, count, norm.scale, norm.shift);
    return norm;
  }

  /// A falling normalisation makes a maximum of a minimum, so its filter is negated: the maximum
  /// is then that of the negated sums.
  ConvolutionLayer convolution(const std::string& layer, std::size_t frames, std::size_t rows,
                               std::size_t filters) const {
    constexpr std::size_t kTogether = Convolution::kFilters;
    const auto kernel = tensor(layer + ".kernel", {frames, rows, 1, filters});
    const auto bias = tensor(layer + ".bias", {filters});
    const Norm after = norm(layer, filters);
    ConvolutionLayer read{rows, frames, {}, {}};
    read.weights.resize(padded(filters, kTogether) * rows * frames);
    for (std::size_t filter = 0; filter < filters; ++filter) {
      const float sign = after.scale[filter] < 0 ? -1.0F : 1.0F;
      read.ends.push_back({sign, bias[filter], after.scale[filter], after.shift[filter]});
      float* weights =
          read.weights.data() + filter / kTogether * kTogether * rows * frames + filter % kTogether;
      for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t frame = 0; frame < frames; ++frame, weights += kTogether)
          *weights = sign * kernel[(frame * rows + row) * filters + filter];
      }
    }
    return read;
  }

  DenseLayer dense(const std::string& layer, std::size_t inputs, std::size_t outputs) const {
    const auto kernel = tensor(layer + ".kernel", {inputs, outputs});
    const auto bias = tensor(layer + ".bias", {outputs});
    DenseLayer read{inputs, padded(outputs, Lanes::kRow), {}, {bias.begin(), bias.end()}};
    read.bias.resize(read.outputs);
    read.weights.resize(inputs * read.outputs);
    for (std::size_t i = 0; i < inputs; ++i) {
      std::copy_n(kernel.data() + i * outputs, outputs, read.weights.data() + i * read.outputs);
    }
    return read;
  }
};

Musicnn::Scratch::Scratch()
    : bands_(kBands * kBandsStride), features_(kFeatures * kFeaturesStride) {}

Musicnn::Musicnn(const Safetensors& file, std::string_view network, const Lanes& lanes)
    : lanes_(lanes) {
  const Reader reader{{file, std::string(network)}};
  tags_ = lines_of(file.metadata(reader.network + ".tags"));
  if (tags_.size() != kTags) throw BadSafetensors("the model has other than 50 tags");
  input_ = reader.norm("input", 1);
  for (const std::size_t rows : kTimbralRows) {
    timbral_.push_back(
        reader.convolution("timbral_" + std::to_string(rows), kShortFrames, rows, kTimbralFilters));
  }
  for (const std::size_t frames : kTemporalFrames) {
    temporal_.push_back(
        reader.convolution("temporal_" + std::to_string(frames), frames, 1, kTemporalFilters));
  }
  for (std::size_t i = 0; i < kMiddleLayers; ++i) {
    middle_.push_back(reader.convolution("middle_" + std::to_string(i + 1), kShortFrames,
                                         i == 0 ? kFrontRows : kMiddleFilters, kMiddleFilters));
  }
  pooled_ = reader.norm("pooled", 2 * kFeatures);
  penultimate_ = reader.dense("penultimate", 2 * kFeatures, kEmbedding);
  penultimate_norm_ = reader.norm("penultimate", kEmbedding);
  output_ = reader.dense("output", kEmbedding, kTags);
}

void Musicnn::convolve(const ConvolutionLayer& layer, std::size_t positions, const float* input,
                       std::size_t stride, float* output) const {
  const Convolution convolution{.filters = layer.ends.size(),
                                .kernel_rows = layer.kernel_rows,
                                .kernel_frames = layer.kernel_frames,
                                .positions = positions,
                                .frames = kPaddedFrames,
                                .stride = stride,
                                .weights = layer.weights.data(),
                                .ends = layer.ends.data()};
  lanes_.convolve(convolution, input, output + kFeaturesBefore, kFeaturesStride);
  for (std::size_t filter = 0; filter < layer.ends.size(); ++filter, output += kFeaturesStride) {
    std::fill(output + kFeaturesBefore + kFrames, output + kFeaturesStride, 0.0F);
  }
}

/// The layers that read the patch: shapes of a moment, and shapes in time.
void Musicnn::hear(std::span<const float> patch, Scratch& scratch) const {
  float* bands = scratch.bands_.data();
  for (std::size_t band = 0; band < kBands; ++band) {
    float* row = bands + band * kBandsStride + kBandsBefore;
    for (std::size_t frame = 0; frame < kFrames; ++frame)
      row[frame] = patch[frame * kBands + band] * input_.scale[0] + input_.shift[0];
  }
  float* output = scratch.features_.data();
  for (const ConvolutionLayer& layer : timbral_) {
    convolve(layer, kBands - layer.kernel_rows + 1, bands + kBandsBefore - kShortFrames / 2,
             kBandsStride, output);
    output += kTimbralFilters * kFeaturesStride;
  }
  for (const ConvolutionLayer& layer : temporal_) {
    // As TensorFlow pads an even kernel: one zero more behind than before.
    convolve(layer, kBands, bands + kBandsBefore - (layer.kernel_frames - 1) / 2, kBandsStride,
             output);
    output += kTemporalFilters * kFeaturesStride;
  }
}

/// The layers on top of them: the first reads all, each other adds to what it reads.
void Musicnn::combine(Scratch& scratch) const {
  constexpr std::size_t kSize = kMiddleFilters * kFeaturesStride;
  const float* input = scratch.features_.data();
  float* output = scratch.features_.data() + kFrontRows * kFeaturesStride;
  for (std::size_t i = 0; i < middle_.size(); ++i) {
    convolve(middle_[i], 1, input, kFeaturesStride, output);
    if (i > 0) {
      for (std::size_t k = 0; k < kSize; ++k) output[k] += input[k];
    }
    input = output;
    output += kSize;
  }
}

void Musicnn::run(std::span<const float> patch, Scratch& scratch, std::span<float> scores,
                  std::span<float> embedding) const {
  assert(patch.size() == kFrames * kBands);
  assert(scores.size() == kTags && embedding.size() == kEmbedding);
  hear(patch, scratch);
  combine(scratch);

  std::array<float, 2 * kFeatures> pooled{};
  lanes_.pool(scratch.features_.data() + kFeaturesBefore, kFeatures, kFeaturesStride, kFrames,
              pooled.data());
  for (std::size_t i = 0; i < pooled.size(); ++i)
    pooled[i] = pooled[i] * pooled_.scale[i] + pooled_.shift[i];

  std::array<float, kEmbedding + Lanes::kRow> values{};
  lanes_.dense(penultimate_.weights.data(), penultimate_.bias.data(), penultimate_.inputs,
               penultimate_.outputs, pooled.data(), values.data());
  for (std::size_t i = 0; i < kEmbedding; ++i) {
    embedding[i] =
        std::max(values[i], 0.0F) * penultimate_norm_.scale[i] + penultimate_norm_.shift[i];
  }
  lanes_.dense(output_.weights.data(), output_.bias.data(), output_.inputs, output_.outputs,
               embedding.data(), values.data());
  for (std::size_t i = 0; i < kTags; ++i)
    scores[i] = static_cast<float>(1 / (1 + std::exp(-double{values[i]})));
}

}  // namespace aura::models
