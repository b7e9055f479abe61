#include "layer_reader.h"

#include <cmath>

namespace aura::models {
namespace {

constexpr double kEpsilon = 1e-3;

}  // namespace

std::span<const float> LayerReader::tensor(const std::string& name,
                                           std::initializer_list<std::size_t> shape) const {
  return file.tensor(network + "." + name, std::span(shape.begin(), shape.size()));
}

void LayerReader::add_norm(const std::string& layer, std::size_t count, std::vector<float>& scale,
                           std::vector<float>& shift) const {
  const auto gamma = tensor(layer + ".gamma", {count});
  const auto beta = tensor(layer + ".beta", {count});
  const auto mean = tensor(layer + ".mean", {count});
  const auto variance = tensor(layer + ".variance", {count});
  for (std::size_t i = 0; i < count; ++i) {
    if (variance[i] < 0) throw BadSafetensors("layer " + layer + " has a negative variance");
    const double factor = gamma[i] / std::sqrt(double{variance[i]} + kEpsilon);
    scale.push_back(static_cast<float>(factor));
    shift.push_back(static_cast<float>(beta[i] - mean[i] * factor));
  }
}

}  // namespace aura::models
