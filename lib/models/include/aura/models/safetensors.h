#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace aura::models {

/// Thrown if bytes are no safetensors file that AURA reads. `what()` is one line that says why.
class BadSafetensors : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An array of numbers in a safetensors file, in row-major order.
struct Tensor {
  std::vector<std::size_t> shape;  ///< empty for a single number; no dimension is 0
  std::span<const float> values;   ///< as many as the product of `shape`; all finite
};

/// The content of a safetensors file: a JSON header and raw numbers. Points into the bytes that it
/// was read from. Immutable, so thread-safe.
class Safetensors {
 public:
  // What a file may have at most.
  static constexpr std::size_t kMaxHeaderBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMaxTensors = 4096;
  static constexpr std::size_t kMaxDimensions = 8;
  static constexpr std::size_t kMaxNameBytes = 200;

  /// Reads `bytes`, which may hold anything and begin on a multiple of 4. All tensors must be F32.
  /// They must fill the file without gaps and without overlap. The caller keeps `bytes` alive and
  /// unchanged. Throws BadSafetensors if the bytes are not such a file.
  explicit Safetensors(std::span<const std::uint8_t> bytes);

  /// Returns the tensor `name`. Throws BadSafetensors if the file has none with this name or if it
  /// has another shape.
  std::span<const float> tensor(std::string_view name, std::span<const std::size_t> shape) const;

  /// Returns the text `key` of the file's metadata. Throws BadSafetensors if it has none.
  const std::string& metadata(std::string_view key) const;

  const std::map<std::string, Tensor, std::less<>>& tensors() const noexcept { return tensors_; }
  const std::map<std::string, std::string, std::less<>>& all_metadata() const noexcept {
    return metadata_;
  }

 private:
  std::map<std::string, Tensor, std::less<>> tensors_;
  std::map<std::string, std::string, std::less<>> metadata_;
};

}  // namespace aura::models
