#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aura::audio {

/// The file at `path` below tests/data.
std::vector<std::uint8_t> read_data(const std::string& path);

/// One small file of each container and codec, as paths below tests/data.
std::vector<std::string> small_files();

}  // namespace aura::audio
