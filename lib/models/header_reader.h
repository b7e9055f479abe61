#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace aura::models {

/// What a safetensors header says of a tensor. Nothing of it is checked against the file.
struct HeaderEntry {
  std::string dtype;
  std::vector<std::uint64_t> shape;
  std::vector<std::uint64_t> offsets;
};

struct Header {
  std::map<std::string, HeaderEntry, std::less<>> tensors;
  std::map<std::string, std::string, std::less<>> metadata;
};

/// Returns the content of a safetensors header: a JSON object of tensors, each an object with the
/// keys dtype, shape and data_offsets, and `__metadata__`, an object of strings. Throws
/// BadSafetensors if `json` is anything else, repeats a key or exceeds the limits of Safetensors.
/// Thread-safe.
Header read_header(std::string_view json);

}  // namespace aura::models
