#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aura/models/lanes.h"
#include "aura/models/safetensors.h"

namespace aura::models {

/// A network of musicnn (J. Pons and X. Serra, "musicnn: pre-trained convolutional neural networks
/// for music audio tagging", 2019): three seconds of log_mels.h to tags and to an embedding.
/// Single precision. Immutable, so thread-safe.
class Musicnn {
 public:
  static constexpr std::size_t kBands = 96;
  static constexpr std::size_t kFrames = 187;  ///< of a patch
  static constexpr std::size_t kTags = 50;
  static constexpr std::size_t kEmbedding = 200;

  /// Memory for one run at a time, 0.8 MB; all networks can use it in turn. Not thread-safe.
  class Scratch {
   public:
    Scratch();

   private:
    friend class Musicnn;
    std::vector<float> bands_;     // the patch, a row per band, with zeros before and after
    std::vector<float> features_;  // a row per filter of all layers, with zeros before and after
  };

  /// Copies the weights of `network` ("msd" or "mtt") from `file`, 3.2 MB. This machine must be
  /// able to run `lanes`; the caller keeps it alive. Throws BadSafetensors if a tensor is missing
  /// or has a wrong shape.
  Musicnn(const Safetensors& file, std::string_view network, const Lanes& lanes = fastest_lanes());

  /// Returns the names of the tags, in the order of their scores.
  const std::vector<std::string>& tags() const noexcept { return tags_; }

  /// Runs the network on `patch` [kFrames][kBands]. Writes kTags `scores`, each from 0 to 1, and
  /// kEmbedding values of the layer before the last to `embedding`. Allocates nothing.
  void run(std::span<const float> patch, Scratch& scratch, std::span<float> scores,
           std::span<float> embedding) const;

 private:
  /// A batch normalisation of what is known: x * scale + shift.
  struct Norm {
    std::vector<float> scale;
    std::vector<float> shift;
  };
  struct ConvolutionLayer {
    std::size_t kernel_rows;
    std::size_t kernel_frames;
    std::vector<float> weights;
    std::vector<Convolution::End> ends;
  };
  struct DenseLayer {
    std::size_t inputs;
    std::size_t outputs;  // padded
    std::vector<float> weights;
    std::vector<float> bias;
  };
  struct Reader;

  void convolve(const ConvolutionLayer& layer, std::size_t positions, const float* input,
                std::size_t stride, float* output) const;
  void hear(std::span<const float> patch, Scratch& scratch) const;
  void combine(Scratch& scratch) const;

  const Lanes& lanes_;
  std::vector<std::string> tags_;
  Norm input_;
  std::vector<ConvolutionLayer> timbral_;
  std::vector<ConvolutionLayer> temporal_;
  std::vector<ConvolutionLayer> middle_;
  Norm pooled_;
  DenseLayer penultimate_;
  Norm penultimate_norm_;
  DenseLayer output_;
};

}  // namespace aura::models
