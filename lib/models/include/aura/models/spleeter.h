#pragma once

#include <cstddef>
#include <span>

#include "aura/models/lanes.h"
#include "aura/models/safetensors.h"
#include "aura/models/unet.h"

namespace aura::models {

/// Spleeter's model for two stems: which part of each bin of a spectrogram is the voice. Two
/// networks say how much vocals and accompaniment each have of it. Immutable, so thread-safe.
class Spleeter {
 public:
  static constexpr std::size_t kFrames = 512;  ///< of a segment
  static constexpr std::size_t kSegment = kFrames * Unet::kRow;

  /// Memory for one segment at a time. Not thread-safe.
  using Scratch = Unet::Scratch;

  /// Reads the weights of both networks, most of which stay in `file`: the caller keeps it alive,
  /// and `lanes` too, which this machine must be able to run. Throws BadSafetensors if a tensor is
  /// missing or has a wrong shape.
  explicit Spleeter(const Safetensors& file, const Lanes& lanes = fastest_lanes());

  /// Writes the vocals' part of the power to `mask`, from 0 to 1. Takes and writes values
  /// [frames][Unet::kChannels][Unet::kBins], as many frames as `scratch` is for: kFrames but in
  /// tests.
  void run(std::span<const float> magnitudes, Scratch& scratch, std::span<float> mask) const;

  const Lanes& lanes() const noexcept { return lanes_; }

 private:
  const Lanes& lanes_;
  Unet vocals_;
  Unet accompaniment_;
};

}  // namespace aura::models
