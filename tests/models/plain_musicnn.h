#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "safetensors_bytes.h"

namespace aura::test {

/// A network of musicnn's shape with weights that are made up, most of them 0, and plain loops in
/// double that compute what it gives.
class PlainMusicnn {
 public:
  explicit PlainMusicnn(std::uint32_t seed);

  /// Adds the tensors, and names of tags, under the name of `network`.
  void write(SafetensorsWriter& writer, const std::string& network) const;

  struct Result {
    std::vector<double> scores;
    std::vector<double> embedding;
  };
  /// Returns what the network gives for `patch`, [187][96].
  Result run(const std::vector<float>& patch) const;

 private:
  struct Tensor {
    std::vector<std::size_t> shape;
    std::vector<float> values;
  };
  /// A batch normalisation of one channel.
  struct Norm {
    double mean;
    double variance;
    double gamma;
    double beta;
    double operator()(double value) const;
  };
  /// [channels][frames].
  using Rows = std::vector<std::vector<double>>;

  void add(const std::string& name, std::vector<std::size_t> shape, double density, double low,
           double high);
  void add_norm(const std::string& layer, std::size_t count);
  void add_convolution(const std::string& layer, std::size_t frames, std::size_t rows,
                       std::size_t filters);
  Norm norm(const std::string& layer, std::size_t i) const;
  Rows convolved(const std::string& layer, const Rows& input) const;
  std::vector<double> product(const std::string& layer, const std::vector<double>& input) const;
  double next();

  std::uint32_t seed_;
  std::map<std::string, Tensor> tensors_;
};

}  // namespace aura::test
