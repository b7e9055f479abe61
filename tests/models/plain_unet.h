#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "safetensors_bytes.h"

namespace aura::test {

/// A network of Spleeter's shape with weights that are made up, most of them 0, and plain loops in
/// double that compute what it gives.
class PlainUnet {
 public:
  explicit PlainUnet(std::uint32_t seed);

  /// Adds the tensors under the name of `network`, packed as lib/models/fetch.py packs them.
  void write(SafetensorsWriter& writer, const std::string& network) const;

  /// Returns what the network gives for `magnitudes`; both are [frames][2][1024].
  std::vector<double> run(const std::vector<float>& magnitudes) const;

 private:
  /// [5][5][inputs][outputs], for both kinds.
  struct Kernel {
    std::size_t inputs;
    std::size_t outputs;
    std::vector<float> weights;
  };
  /// A row of places per channel and time.
  struct Map {
    std::size_t channels;
    std::size_t rows;
    std::size_t places;
    std::vector<double> values;
    double* row(std::size_t channel, std::size_t row) {
      return values.data() + (channel * rows + row) * places;
    }
  };

  double next();
  std::vector<float> made_up(std::size_t count, double low, double high);
  void add_kernel(const std::string& layer, std::size_t inputs, std::size_t outputs);
  void add_norm(const std::string& layer, std::size_t count);
  void normalise(const std::string& layer, Map& map) const;
  Map halved(const std::string& layer, Map& input) const;
  Map doubled(const std::string& layer, Map& input) const;

  std::uint32_t seed_;
  std::map<std::string, Kernel> kernels_;
  std::map<std::string, std::vector<float>> vectors_;
};

}  // namespace aura::test
