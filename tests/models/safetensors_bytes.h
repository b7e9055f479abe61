#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aura::test {

/// Returns a file with `header` as its JSON and `data_bytes` bytes of zeros behind it.
std::vector<std::uint8_t> safetensors_bytes(std::string_view header, std::size_t data_bytes);

/// Collects tensors and makes a well-formed file of them.
class SafetensorsWriter {
 public:
  void add(const std::string& name, const std::vector<std::size_t>& shape,
           const std::vector<float>& values);
  void add_metadata(const std::string& key, const std::string& text);
  std::vector<std::uint8_t> bytes() const;

 private:
  std::string tensors_;
  std::string metadata_;
  std::vector<float> values_;
};

}  // namespace aura::test
