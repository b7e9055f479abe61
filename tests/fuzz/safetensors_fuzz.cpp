// Files of weights, whatever they hold: what is read lies within the file, tensor by tensor without
// an overlap, and what is said of the rest is a line.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "aura/models/safetensors.h"

namespace {

using namespace aura::models;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_content(const Safetensors& content, const std::vector<float>& file) {
  std::size_t values = 0;
  for (const auto& [name, tensor] : content.tensors()) {
    std::size_t count = 1;
    for (const std::size_t size : tensor.shape) count *= size;
    require(count > 0 && count == tensor.values.size());
    require(tensor.values.data() >= file.data());
    require(tensor.values.data() + count <= file.data() + file.size());
    for (const float value : tensor.values) require(std::isfinite(value));
    require(content.tensor(name, tensor.shape).data() == tensor.values.data());
    values += count;
  }
  require(values <= file.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // On a multiple of 4, as a mapped file is; its last bytes may fill no float.
  std::vector<float> file(size / sizeof(float) + 1);
  std::memcpy(file.data(), data, size);
  try {
    const Safetensors content({reinterpret_cast<const std::uint8_t*>(file.data()), size});
    check_content(content, file);
  } catch (const BadSafetensors& error) {
    const std::string_view why = error.what();
    require(!why.empty() && why.size() < 400);
    for (const char c : why) require(static_cast<unsigned char>(c) >= 0x20);
  }
  return 0;
}
