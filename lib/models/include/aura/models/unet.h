#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "aura/models/lanes.h"
#include "aura/models/safetensors.h"

namespace aura::models {

/// A U-Net of Spleeter (R. Hennequin et al., "Spleeter: a fast and efficient music source
/// separation tool with pre-trained models", 2020): magnitudes of a stereo spectrogram to a number
/// from 0 to 1 for each, which it is multiplied by to give one source. Single precision. Immutable,
/// so thread-safe.
///
/// Six convolutions halve the spectrogram in time and frequency, six transposed ones double it
/// again. Each of the latter also reads what the convolution of its size gave.
class Unet {
 public:
  static constexpr std::size_t kBins = 1024;
  static constexpr std::size_t kChannels = 2;
  static constexpr std::size_t kLevels = 6;
  static constexpr std::size_t kFrameMultiple = std::size_t{1} << kLevels;
  static constexpr std::size_t kRow = kChannels * kBins;  ///< values of a frame

  /// Memory for one run at a time, 37 MB for 512 frames; all networks can use it in turn. Not
  /// thread-safe.
  class Scratch {
   public:
    /// `frames` is a multiple of kFrameMultiple.
    explicit Scratch(std::size_t frames);

   private:
    friend class Unet;
    /// What a size of the spectrogram holds: a row per time, with zeros around.
    struct Level {
      std::size_t rows;
      std::size_t places;
      std::size_t channels;
      std::vector<float> values;
      std::size_t row() const { return (places + 2) * channels; }
      /// The values of the first place, or of the zeros before if it is counted from there.
      float* first() { return values.data() + row() + channels; }
    };

    std::size_t frames_;
    std::array<Level, kLevels> levels_;  // the spectrogram halved once, twice and so on
    std::vector<float> strip_;           // the rows that a convolution reads, with zeros around
    std::vector<float> groups_;          // rows of the last transposed convolution
    std::vector<float> sum_;             // its output, with zeros around
  };

  /// Gets a frame's numbers, [kChannels][kBins], valid until it returns.
  using OnFrame = std::function<void(std::size_t frame, std::span<const float> numbers)>;

  /// Reads the weights of `network` ("vocals" or "accompaniment") from `file`. Most of them stay
  /// where they are: the caller keeps them alive, and `lanes` too, which this machine must be able
  /// to run. Throws BadSafetensors if a tensor is missing or has a wrong shape.
  Unet(const Safetensors& file, const std::string& network, const Lanes& lanes = fastest_lanes());

  /// Runs the network on `magnitudes` [frames][kChannels][kBins], as many frames as `scratch` is
  /// for. Calls `on_frame` for each frame in order. Throws what `on_frame` throws.
  void run(std::span<const float> magnitudes, Scratch& scratch, const OnFrame& on_frame) const;

 private:
  /// What follows a sum.
  struct End {
    std::vector<float> bias;
    std::vector<float> scale;
    std::vector<float> shift;
  };
  struct Layer {
    std::span<const float> weights;
    End end;
  };
  struct Reader;

  void halve(std::size_t i, std::span<const float> magnitudes, Scratch& scratch) const;
  void fill_strip(std::size_t i, std::span<const float> magnitudes, std::size_t first_row,
                  std::size_t rows, Scratch& scratch) const;
  void double_size(std::size_t i, Scratch& scratch) const;
  void double_last(Scratch& scratch) const;

  const Lanes& lanes_;
  std::array<Layer, kLevels> down_;           // the ends without normalisation
  std::array<End, kLevels - 1> activations_;  // what the next convolution reads of each; no bias
  std::array<Layer, kLevels - 1> up_;
  std::vector<float> last_weights_;
  End last_end_;
  DilatedSigmoid mask_;
};

}  // namespace aura::models
