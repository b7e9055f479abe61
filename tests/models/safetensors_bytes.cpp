#include "safetensors_bytes.h"

#include <cstring>
#include <nlohmann/json.hpp>

namespace aura::test {

std::vector<std::uint8_t> safetensors_bytes(std::string_view header, std::size_t data_bytes) {
  std::vector<std::uint8_t> bytes(8 + header.size() + data_bytes);
  for (std::size_t i = 0; i < 8; ++i)
    bytes[i] = static_cast<std::uint8_t>(header.size() >> (8 * i));
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

void SafetensorsWriter::add(const std::string& name, const std::vector<std::size_t>& shape,
                            const std::vector<float>& values) {
  const std::size_t begin = values_.size() * sizeof(float);
  values_.insert(values_.end(), values.begin(), values.end());
  const nlohmann::json entry{{"dtype", "F32"},
                             {"shape", shape},
                             {"data_offsets", {begin, values_.size() * sizeof(float)}}};
  tensors_ += "," + nlohmann::json(name).dump() + ":" + entry.dump();
}

void SafetensorsWriter::add_metadata(const std::string& key, const std::string& text) {
  metadata_ += (metadata_.empty() ? "" : ",") + nlohmann::json(key).dump() + ":" +
               nlohmann::json(text).dump();
}

std::vector<std::uint8_t> SafetensorsWriter::bytes() const {
  std::string header = R"({"__metadata__":{)" + metadata_ + "}" + tensors_ + "}";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  auto bytes = safetensors_bytes(header, values_.size() * sizeof(float));
  if (!values_.empty()) {
    std::memcpy(bytes.data() + 8 + header.size(), values_.data(), values_.size() * sizeof(float));
  }
  return bytes;
}

}  // namespace aura::test
