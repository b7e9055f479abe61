#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "aura/models/safetensors.h"

namespace aura::models {

/// Reads the layers of one network of a file. The caller keeps `file` alive.
struct LayerReader {
  const Safetensors& file;
  std::string network;  ///< what the names of its tensors begin with, before a dot

  /// Returns the tensor `name` of the network. Throws BadSafetensors if there is none of this
  /// shape.
  std::span<const float> tensor(const std::string& name,
                                std::initializer_list<std::size_t> shape) const;

  /// Appends the batch normalisation of `layer`, as trained with an epsilon of 0.001, as x * scale
  /// + shift. Throws BadSafetensors if its tensors do not have `count` values or a variance is
  /// negative.
  void add_norm(const std::string& layer, std::size_t count, std::vector<float>& scale,
                std::vector<float>& shift) const;
};

}  // namespace aura::models
